// One run of a program on real processors, and what went wrong in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::cli {

struct NativeLaunch {
  std::string program;
  std::vector<std::string> arguments;
  std::string folder;  // for records and sanitizers' logs
  std::uint64_t seed = 1;
  std::chrono::milliseconds check_time{0};     // 0: as the program says
  std::uint64_t check_runs = 0;                // 0: no bound
  std::chrono::milliseconds patience{30'000};  // for the whole run; 0: no bound
  bool noise = true;
  bool affinity = true;
  bool simulates = false;  // the program's ThreadSanitizer can simulate schedules
};

struct NativeRun {
  std::string error;            // it could not be started
  format::RunRecords records;   // its findings are not symbolized yet
  std::uint64_t bodies = 0;     // runs of bodies of heddle::check; 0 if the program has none
  std::uint64_t discarded = 0;  // those of them whose assumptions did not hold
  int interrupted_by = 0;
  bool skipped = false;  // it ended with 77
};

// Starts the program and waits for it. Signals of the user (SIGINT, SIGTERM, SIGHUP) end it. What it and its
// sanitizers wrote is left in the folder: empty that before the next run, once what it says is kept
// elsewhere.
NativeRun run_natively(const NativeLaunch& launch);

// What runs before this one left in the folder, when they could not tell.
NativeRun left_behind(const std::string& program, const std::string& folder);
void empty_folder(const std::string& folder);

}  // namespace heddle::cli
