// One line on the terminal that says how far the search is, for searches of more than a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace heddle::cli {

struct ProgressState {
  std::string phase;
  std::uint64_t executions = 0;
  std::uint64_t findings = 0;
  std::optional<double> estimate;
  std::optional<double> estimate_spread;
};

class Progress {
 public:
  Progress(bool enabled, std::chrono::milliseconds budget) : enabled_(enabled), budget_(budget) {}

  void show(const ProgressState& state);  // at most a few times a second
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool enabled_;
  bool shown_ = false;
  std::chrono::milliseconds budget_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_ = started_;
};

}  // namespace heddle::cli
