// The end of the simulated process: exit handlers, exit status, and what must not happen inside a check.
#pragma once

#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

enum class ExitHandlerKind : unsigned char { cxa_atexit, on_exit, quick };

// Registers a handler of exit() (`quick`: of quick_exit()). Outside an execution it belongs to every
// execution.
void add_exit_handler(ExitHandlerKind kind, void (*function)(), void* argument);

// exit(status), also called when main returns: thread_local destructors of the caller, exit handlers newest
// first, then the process ends. A non-zero status is a finding. The caller is controlled().
[[noreturn]] void exit_process(int status);
// quick_exit(status): the quick handlers only.
[[noreturn]] void quick_exit_process(int status);
// _exit(status): no handlers.
[[noreturn]] void end_process(int status);

// Everything registered until now belongs to every execution.
void snapshot_exit_handlers();
// Forgets what the execution registered.
void reset_exit_handlers();

}  // namespace heddle::runtime
