// Thread cancellation, at the cancellation points: a thread that was cancelled ends when it reaches one or is
// blocked in one (asynchronous cancellation is treated as deferred).
//
// Every thread has a location for it: bit 0 says that a request came, the rest is the address of what the
// thread is blocked in, so that whoever cancels it knows what to wake it from. That is two more operations
// for every wait, and one for other cancellation points; a program that cannot call pthread_cancel
// (cancel_use.cpp) does without.
#pragma once

#include "checker/frontend/call.hpp"

namespace heddle::frontend {

// The program refers to pthread_cancel. The same in every execution.
bool cancellation_in_use();

// A cancellation point. Does not return if the calling thread is to end here.
void act_on_cancellation(const char* call, std::uintptr_t caller);
// Ends the calling thread, which was cancelled in a cancellation point.
[[noreturn]] void end_cancelled();

// The calling thread is about to block in a cancellation point: `site.object` is a condition variable, a
// semaphore or a thread's handle.
class CancellableWait {
 public:
  explicit CancellableWait(const CallSite& site);
  CancellableWait(const CancellableWait&) = delete;
  CancellableWait& operator=(const CancellableWait&) = delete;

  // A request came before the wait: it must not begin.
  bool is_due() const { return due_; }
  // The wait is over. True: a request came meanwhile.
  bool end();
  // After end(): the thread was taken out of its wait set by the request, not by a notify.
  bool was_taken_out() const { return taken_out_; }

 private:
  const CallSite& site_;
  bool published_ = false;
  bool due_ = false;
  bool taken_out_ = false;
};

// A location that a cancelled thread may be blocked on (a semaphore, a thread's exit) holds, beside its own
// value, marks for the threads that are to wake up and look whether they were cancelled. Threads may share a
// mark: one that was not cancelled waits again.
inline constexpr Value poke_marks = Value{0x7fffffff} << 32;
constexpr Value poke_mark(ThreadId thread) { return Value{1} << (32 + thread % 31); }
inline bool is_poked(Value value, ThreadId thread) { return (value & poke_mark(thread)) != 0; }

}  // namespace heddle::frontend
