// One run of `check` or `replay`, from the checks beforehand to the exit code.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/run_options.hpp"
#include "reports/format/run.hpp"

namespace heddle::cli {

// A check that a program makes itself, with heddle::check.
struct CheckInProgram {
  std::string name;     // empty: not one of those
  std::string selects;  // an argument that makes the program run it
};

struct SessionOptions {
  RunOptions run;
  CheckInProgram in_program;
  std::string program;
  std::vector<std::string> arguments;
  std::string json;  // path of the result document, "-" for standard output, empty for none
  std::vector<std::pair<std::string, std::string>> documents;  // further formats and their files
  std::string bundle;                                          // folder, empty for none
  std::string suppressions;                                    // file, empty for none
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

// Writes the documents the options ask for and prints the report. False: something could not be written,
// which was said.
bool publish(const SessionOptions& options, const format::RunResult& result);

// Prints what the records of an earlier run say, as run_session would have.
int show_records(const SessionOptions& options, const std::string& path);

}  // namespace heddle::cli
