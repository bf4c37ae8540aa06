// Lines of source files, read once each.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::report {

class SourceLines {
 public:
  virtual ~SourceLines() = default;
  // The line (from 1) without surrounding white space; empty if the file or the line is not there. Valid for
  // the lifetime of this object.
  virtual std::string_view line(const std::string& file, int number);

 private:
  std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace heddle::report
