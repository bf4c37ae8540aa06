// The options of a run as docs/run-protocol.md defines them: HEDDLE_OPTIONS is read from the user's
// environment, the command line overrides it, and the result is passed to the program in its HEDDLE_OPTIONS.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heddle::cli {

class RunOptions {
 public:
  // Sets a value that was checked before. Later calls win.
  void set(std::string_view key, std::string value);
  // The value, or the protocol's default.
  std::string get(std::string_view key) const;
  bool has(std::string_view key) const;

  // Adds the pairs of a HEDDLE_OPTIONS value, where not set already. What cannot be used is named in
  // `warnings`.
  void add_environment(std::string_view text, std::vector<std::string>& warnings);

  // For the program's environment.
  std::string encode() const;

  // Pairs that differ from the protocol's defaults, without those that only this run has (result, token).
  std::vector<std::pair<std::string, std::string>> changed() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// Empty if the value is allowed for the key, else what is wrong ("must be one of rc11, sc, tso").
std::string why_not_allowed(std::string_view key, std::string_view value);

}  // namespace heddle::cli
