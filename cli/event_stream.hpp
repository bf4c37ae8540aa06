// `--json=-`: how the search goes, one JSON object a line on standard output while it runs
// (docs/schema/stream-1.json). The last line, the result document, is not this class's.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/progress.hpp"
#include "reports/format/finding.hpp"

namespace heddle::cli {

class EventStream {
 public:
  void start(const std::string& program, const std::vector<std::string>& arguments);
  void progress(const ProgressState& state);  // at most a few times a second
  void finding(const format::Finding& finding);

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_ = started_;
};

}  // namespace heddle::cli
