// heddle replay --gdb: the program under a debugger that stops at each switch of threads and where it fails.
#pragma once

#include "cli/session.hpp"

namespace heddle::cli {

// Runs gdb in the foreground; its standard input is ours. Returns the exit code: gdb's own, or exit_usage if
// there is none.
int replay_in_gdb(const SessionOptions& options);

}  // namespace heddle::cli
