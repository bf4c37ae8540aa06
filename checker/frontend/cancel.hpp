// Thread cancellation, at the cancellation points: a thread that was cancelled ends when it reaches one or is
// blocked in one (asynchronous cancellation is treated as deferred).
//
// The request itself is a location of the target, which pthread_testcancel loads, so every order of the two
// is explored. Blocking calls look at a flag instead, to cost programs without cancellation nothing; when
// exactly a request reaches a thread that is about to block is therefore up to the schedule, which is
// complete for random strategies but not for the exhaustive one.
#pragma once

#include "checker/frontend/posix_thread.hpp"
#include "checker/frontend/wait_set.hpp"

namespace heddle::frontend {

// The calling thread is to end at its next cancellation point.
bool is_cancelled();
// A cancellation point begins. Does not return if the calling thread is to end here.
void act_on_cancellation();
// Ends the calling thread, which was cancelled in a cancellation point.
[[noreturn]] void end_cancelled();

// While alive, a cancellation wakes the calling thread from the wait it is about to begin. end() tells
// whether it did; the caller must then call end_cancelled().
class Cancellable {
 public:
  Cancellable(const Cancellable&) = delete;
  Cancellable& operator=(const Cancellable&) = delete;
  bool end() {
    state_.blocked = Cancellation::Blocked::no;
    const bool woken = state_.woken;
    state_.woken = false;
    return woken;
  }

 protected:
  explicit Cancellable(Cancellation::Blocked where) : state_(my_posix_thread().cancellation) {
    state_.blocked = where;
    state_.woken = false;
  }
  ~Cancellable() { state_.blocked = Cancellation::Blocked::no; }
  Cancellation& state_;
};

class BlockedInWaitSet : public Cancellable {
 public:
  explicit BlockedInWaitSet(const ObjectRecord& record) : Cancellable(Cancellation::Blocked::in_wait_set) {
    state_.record = &record;
  }
};

class BlockedInSemaphore : public Cancellable {
 public:
  explicit BlockedInSemaphore(const ObjectRecord& record) : Cancellable(Cancellation::Blocked::in_semaphore) {
    state_.record = &record;
  }
};

class BlockedInJoin : public Cancellable {
 public:
  explicit BlockedInJoin(ThreadId joined) : Cancellable(Cancellation::Blocked::in_join) {
    state_.joining = joined;
  }
};

// A location that a cancelled thread may be blocked on (a semaphore, a thread's exit) holds, beside its own
// value, marks for the threads that are to wake up and look whether they were cancelled. Threads may share a
// mark: one that was not cancelled waits again.
inline constexpr Value poke_marks = Value{0x7fffffff} << 32;
constexpr Value poke_mark(ThreadId thread) { return Value{1} << (32 + thread % 31); }
inline bool is_poked(Value value, ThreadId thread) { return (value & poke_mark(thread)) != 0; }

}  // namespace heddle::frontend
