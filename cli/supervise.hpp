// Runs the processes of one check to their end: follows their records, shows progress, enforces the time
// limit from outside (a program stuck where no scheduler can reach it must not hang the command), passes on
// the user's signals.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/child.hpp"
#include "cli/event_stream.hpp"
#include "reports/format/conclude.hpp"

namespace heddle::cli {

struct Job {
  Launch launch;
  std::string records_path;
};

struct Supervision {
  std::chrono::milliseconds budget{0};  // shown in the progress line; 0: none
  // How long a process may take to stop after its budget, in time and, where the machine gives it little, in
  // CPU time: then it is killed. No budget: never.
  std::chrono::milliseconds grace{0};
  bool keep_going = false;   // a bug in one process does not stop the others
  bool independent = false;  // nothing one process finds stops another
  bool show_progress = false;
  EventStream* events = nullptr;  // told of progress and findings
};

struct Supervised {
  std::vector<format::ProcessRun> processes;
  std::vector<std::string> last_output;  // of each process
  std::string error;                     // a process could not be started
  bool randomised = false;               // address randomisation could not be switched off
  bool out_of_time = false;
  int interrupted_by = 0;  // the signal, 0 if none
};

Supervised supervise(const std::vector<Job>& jobs, const Supervision& how);

}  // namespace heddle::cli
