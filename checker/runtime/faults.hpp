// Fatal signals of the real process: a crash of the program becomes a finding and the search goes on, a crash
// of the engine ends the process after a last record. Also the signals that stop a run.
#pragma once

namespace heddle::runtime {

// Takes over SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT and SIGSYS (on a stack of their own), SIGINT
// and SIGTERM.
void install_fault_handlers();

// The user (or the system) asked the process to stop: finish the current execution, then write the summary.
bool interrupted();

}  // namespace heddle::runtime
