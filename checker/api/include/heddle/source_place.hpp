// Where in the source a call is: std::source_location's file and line, which clang 14 and 15 lack with
// libstdc++.
#pragma once

namespace heddle {

class SourcePlace {
 public:
  constexpr SourcePlace() noexcept = default;  // nowhere
  // As a default argument: the place of the call that leaves it out.
  static constexpr SourcePlace current(const char* file = __builtin_FILE(),
                                       unsigned line = __builtin_LINE()) noexcept {
    return {file, line};
  }
  constexpr const char* file_name() const noexcept { return file_; }
  constexpr unsigned line() const noexcept { return line_; }

 private:
  constexpr SourcePlace(const char* file, unsigned line) noexcept : file_(file), line_(line) {}

  const char* file_ = "";
  unsigned line_ = 0;
};

}  // namespace heddle
