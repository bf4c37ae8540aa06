// One run of `check` or `replay`, from the checks beforehand to the exit code.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/run_options.hpp"

namespace heddle::cli {

struct SessionOptions {
  RunOptions run;
  std::string program;
  std::vector<std::string> arguments;
  std::string json;  // path of the result document, "-" for standard output, empty for none
  std::string colour = "auto";
  bool quiet = false;  // only the findings and the last line
  bool verbose = false;
  bool require_exhaustive = false;
  unsigned jobs = 1;
  unsigned times = 1;  // replays
  std::optional<int> bug_exit_code;
  std::chrono::milliseconds watchdog_grace{30'000};
};

// Checks the program, the paths and the options; runs; prints; returns the exit code.
int run_session(const SessionOptions& options);

}  // namespace heddle::cli
