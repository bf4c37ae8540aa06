// What every lock tells the detectors: who holds it, who waits for whom, in which order locks are taken.
#pragma once

#include "checker/frontend/posix_thread.hpp"

namespace heddle::frontend {

// ObjectRecord::state of a lock. Changed only by the thread that holds it, so never a matter of the schedule.
inline constexpr int owner_word = 0;  // exclusive owner plus 1, 0 for none
inline constexpr int depth_word = 1;  // of a recursive lock
inline constexpr int flags_word = 2;  // the lock's own

inline bool owned_by_me(const ObjectRecord& record) {
  return record.state[owner_word] == runtime::self() + 1U;
}

// The calling thread is about to block until it gets the lock (`untimed` waits only): fails the execution if
// that can never happen while other threads go on. Undone by lock_taken or stop_waiting.
void wait_for_lock(const ObjectRecord& record, bool shared, const CallSite& site);
void wait_for_thread(ThreadId thread, const CallSite& site);
inline void stop_waiting() { my_posix_thread().waits.what = WaitEdge::For::nothing; }

// How a lock was asked for: only one that may block for ever can be part of a deadlock.
enum class Asked : std::uint8_t { blocking, with_way_out };

// The calling thread got the lock.
void lock_taken(ObjectRecord& record, bool shared, Asked asked, const CallSite& site);
// It gives the lock back. False: it does not hold it.
bool lock_released(ObjectRecord& record);

// The calling thread took a unit of a semaphore, or gave one back. Semaphores have no owners; this only
// serves to see that locks taken under one cannot be taken by more threads than it has units.
void permit_taken(const ObjectRecord& record, const CallSite& site);
void permit_given(const ObjectRecord& record);

// A read lock is held by the thread: how often, else 0.
std::uint32_t shared_depth(const ObjectRecord& record, ThreadId thread);

// A thread that holds the lock exclusively, or shares it; no_thread: nobody.
ThreadId any_holder(const ObjectRecord& record);

// Once per process: tells the runtime how to ask for holders.
void install_lock_tracking();

}  // namespace heddle::frontend
