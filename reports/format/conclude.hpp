// From what the processes of one run wrote to one result: findings merged by fingerprint, totals, verdict,
// guarantee.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::format {

// One process of the program under test, after its end.
struct ProcessRun {
  RunRecords records;
  bool stopped_on_purpose = false;  // ended by the command because another process had the answer
  std::string ended;                // how it ended if not by itself with status 0: "was killed by SIGKILL"
};

struct RunRequest {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> options;
  bool exhaustive_asked = false;
  bool interrupted = false;  // the user stopped the command
  bool out_of_time = false;  // the watchdog had to kill the program
};

// Findings must be symbolized; their fingerprints and causes are set here.
RunResult conclude(const RunRequest& request, std::vector<ProcessRun> processes);

}  // namespace heddle::format
