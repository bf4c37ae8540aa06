// The end of a thread from inside: pthread_exit, cancellation.
#pragma once

#include "checker/runtime/thread.hpp"

namespace heddle::frontend {

// Unwinds the calling thread's stack, running C++ destructors and cleanup handlers, and ends the thread.
[[noreturn]] void unwind_and_exit(void* result);

// Once per process: what happens at the end of every thread (keys' destructors, robust mutexes).
void install_thread_exit();

}  // namespace heddle::frontend
