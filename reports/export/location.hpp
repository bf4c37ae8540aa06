// Source places as other tools want them: paths relative to the root of the sources where they are below it.
#pragma once

#include <string>

#include "reports/export/export.hpp"
#include "reports/format/finding.hpp"

namespace heddle::report {

class SourceRoot {
 public:
  SourceRoot(const format::RunResult& result, const ExportOptions& options);

  // "src/queue.cpp" below the root, else as it is. "." and ".." are resolved.
  std::string relative(const std::string& file) const;
  const std::string& path() const { return root_; }  // ends with a slash; empty if unknown

 private:
  std::string root_;
};

// Percent-encoded (RFC 3986); absolute paths become file:// URIs.
std::string uri_of(const std::string& path);

// The frame of the user's own code with a line, or null.
const format::Frame* known_frame(const format::Stack& stack);

// Where to send the reader first: the current access, the first thread of the wait, the last step.
const format::Stack* primary_stack(const format::Finding& finding);
const format::Frame* primary_frame(const format::Finding& finding);

}  // namespace heddle::report
