// The threads that wait on a condition variable or a futex: one location whose value is a set of threads
// (thread_set.hpp). A thread enters with one read-modify-write and then awaits that somebody takes it out.
//
// Waking takes one read-modify-write when it is clear who wakes up; otherwise the set is locked, the waiters
// to wake are chosen, and the new set is stored. All of it is acquire-release: the kernel serialises the
// operations of a futex, and POSIX (4.12) has signalling and waiting synchronise memory. Were a condition
// variable's set relaxed, a woken thread could fail to see a flag that was stored before the notify, which no
// implementation shows.
#pragma once

#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/thread_set.hpp"

namespace heddle::frontend {

class WaitSet {
 public:
  // `record`: the object whose location is the set; `site` must outlive this.
  WaitSet(const ObjectRecord& record, const CallSite& site) : record_(record), site_(site) {}

  // All of these fail the execution if the object was destroyed.

  // Adds the calling thread; answers the set before.
  Value enter();
  // Blocks until the calling thread, a member, is woken. False: it gave up (`patience.timed`) and is still a
  // member.
  bool sleep(Patience patience);
  // Removes the calling thread. False: it had been woken already.
  bool leave() { return remove(runtime::self()); }
  bool remove(ThreadId thread);

  // Wakes `count` members, or all if they are fewer; the search decides which. Answers the number woken.
  ThreadId wake(ThreadId count);
  // Marks the object destroyed. False: threads wait on it.
  bool destroy();

  // Between lock() and unlock() nobody else enters, leaves or wakes.
  Value lock();
  void unlock(Value members);

  // Chooses `count` of the members of `candidates`, of which there are more.
  Value choose_members(Value candidates, ThreadId count) const;

 private:
  Value change(kernel::Update update, Value operand);

  const ObjectRecord& record_;
  const CallSite& site_;
};

}  // namespace heddle::frontend
