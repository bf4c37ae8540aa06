// Lines of source files, read once each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::report {

class SourceLines {
 public:
  virtual ~SourceLines() = default;
  // The line (from 1), none if the file or the line is not there. Valid for the lifetime of this object.
  virtual std::optional<std::string_view> whole_line(const std::string& file, int number);
  // The same without surrounding white space; empty if it is not there.
  std::string_view line(const std::string& file, int number);

 private:
  std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace heddle::report
