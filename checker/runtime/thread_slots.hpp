// Slots: what a simulated thread needs of the machine and what is expensive to make. A slot is a stack at a
// fixed address and the thread-local storage of a real thread that was created once and sleeps for ever.
// Fibers borrow both, so pthread_self(), errno, stdio locks and thread_local all work in unmodified code.
// Slot 0 is the initial thread's.
#pragma once

#include <cstddef>

#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// Measures the initial thread's thread-local storage and makes slot 0 and slot 1 (with a second real thread
// in the process, libstdc++ no longer takes its single-threaded short cuts). Called once, on the initial
// thread.
void open_slots();

// Makes the thread's slot if it is used for the first time, and its stack at least `bytes` big.
void ensure_slot(Thread& thread, std::size_t stack_bytes);

// Thread-local storage as a new thread finds it: the initial image of the executable and of instrumented
// libraries, errno 0, no exceptions in flight. For slot 0, as it was at the call of snapshot_initial_thread.
void reset_thread_locals(Thread& thread);
void snapshot_initial_thread();

// The slot whose stack, or the unmapped space below it, contains `address`; null if none does.
struct StackPlace {
  Thread* thread;
  bool beyond;  // outside the mapped stack or call stack: an overflow
};
StackPlace stack_place(std::uintptr_t address);

}  // namespace heddle::runtime
