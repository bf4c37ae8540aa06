// Futexes: a wait set per address, whose operations the kernel serialises. WAIT locks the set, compares the
// word, and unlocks the set with the thread in it or not; so a wake that comes after the comparison finds the
// waiter, and one that comes before has its word seen.
#include "checker/frontend/futex.hpp"

#include <linux/futex.h>

#include <cerrno>
#include <climits>

#include "checker/frontend/atomic_operations.hpp"
#include "checker/frontend/deadline.hpp"
#include "checker/frontend/objects.hpp"
#include "checker/frontend/posix_thread.hpp"
#include "checker/frontend/wait_set.hpp"
#include "checker/runtime/notify_log.hpp"

namespace heddle::frontend {
namespace {

long failed(int error) {
  errno = error;
  return -1;
}

ObjectRecord& record_of(const void* word) {
  return runtime::object(reinterpret_cast<std::uintptr_t>(word), ObjectKind::futex);
}

// The kernel puts a full barrier between making the waiter known and reading the word; libstdc++'s atomic
// waits count on it: a seq_cst count of waiters before the call, against a seq_cst store and a look at the
// count.
std::uint32_t word_of(const FutexCall& call, const CallSite& site) {
  thread_fence(Order::seq_cst, site.pc);
  return load(call.word, __ATOMIC_RELAXED, site.pc);
}

// While asleep, a thread may be moved to another wait set; whoever moves it says where before it takes it
// out.
bool sleep(const CallSite& site, Patience patience, CallSite& last) {
  last = site;
  PosixThread& me = my_posix_thread();
  for (;;) {
    WaitSet waiters(record_of(reinterpret_cast<const void*>(last.object)), last);
    if (!waiters.sleep(patience)) return false;
    if (me.requeued_to == 0) return true;
    last.object = me.requeued_to;
    me.requeued_to = 0;
  }
}

long wait(const FutexCall& call, std::uint32_t bits, const Deadline* deadline, const CallSite& site) {
  if (bits == 0) return failed(EINVAL);
  PosixThread& me = my_posix_thread();
  me.futex_bits = bits;
  me.requeued_to = 0;
  const ObjectRecord& record = record_of(call.word);
  WaitSet waiters(record, site);
  const Value before = waiters.lock();
  if (word_of(call, site) != call.value) {
    waiters.unlock(before);
    return failed(EAGAIN);
  }
  waiters.unlock(thread_set::with(before, runtime::self()));
  CallSite last = site;
  const bool times_out = deadline != nullptr && (deadline->passed() || runtime::choose_timeout(site));
  if (!times_out && sleep(site, {.timed = deadline != nullptr, .daemon = me.detached}, last)) return 0;
  // Between timing out and leaving, the thread may have been woken or moved.
  for (;;) {
    if (WaitSet(record_of(reinterpret_cast<const void*>(last.object)), last).leave()) break;
    if (me.requeued_to == 0) return 0;
    last.object = me.requeued_to;
    me.requeued_to = 0;
  }
  deadline->reach();
  return failed(ETIMEDOUT);
}

// Members whose wait shares a bit with `bits`.
Value matching(Value members, std::uint32_t bits) {
  Value found = 0;
  const ThreadId count = thread_set::size(members);
  for (ThreadId i = 0; i < count; ++i) {
    const ThreadId thread = thread_set::member(members, i);
    if ((posix_thread(thread).futex_bits & bits) != 0) found = thread_set::with(found, thread);
  }
  return found;
}

Value difference(Value from, Value less) {
  const ThreadId count = thread_set::size(less);
  for (ThreadId i = 0; i < count; ++i) from = thread_set::without(from, thread_set::member(less, i));
  return from;
}

Value some_of(const WaitSet& waiters, Value candidates, ThreadId count) {
  return thread_set::size(candidates) <= count ? candidates : waiters.choose_members(candidates, count);
}

// As the kernel: at least one, whatever the count says.
ThreadId count_of(std::uint32_t value) {
  const int asked = static_cast<int>(value);
  if (asked < 1) return 1;
  return asked < static_cast<int>(kernel::threads_max) ? static_cast<ThreadId>(asked) : kernel::threads_max;
}

long wake(const FutexCall& call, std::uint32_t bits, const CallSite& site) {
  if (bits == 0) return failed(EINVAL);
  WaitSet waiters(record_of(call.word), site);
  ThreadId woken = 0;
  if (bits == FUTEX_BITSET_MATCH_ANY) {
    woken = waiters.wake(count_of(call.value));
  } else {
    const Value before = waiters.lock();
    const Value chosen = some_of(waiters, matching(before, bits), count_of(call.value));
    waiters.unlock(difference(before, chosen));
    woken = thread_set::size(chosen);
  }
  if (woken == 0) runtime::log_empty_notify(site.object, site.call, site.pc);
  return static_cast<long>(woken);
}

// Wakes `call.value` waiters and moves up to `most` of the others to the second word's wait set.
long requeue(const FutexCall& call, bool compare, const CallSite& site) {
  const auto most = static_cast<int>(reinterpret_cast<std::intptr_t>(call.timeout));
  const auto wakes = static_cast<int>(call.value);
  if (most < 0 || wakes < 0) return failed(EINVAL);
  const CallSite second_site = site_on(site, call.second_word, ObjectKind::futex);
  WaitSet first(record_of(call.word), site);
  WaitSet second(record_of(call.second_word), second_site);
  const bool same = call.word == call.second_word;
  // Both locked, in address order, as everybody does.
  Value there = 0;
  if (!same && call.second_word < call.word) there = second.lock();
  const Value here = first.lock();
  if (!same && call.second_word > call.word) there = second.lock();
  if (compare && word_of(call, site) != call.third_value) {
    if (!same) second.unlock(there);
    first.unlock(here);
    return failed(EAGAIN);
  }
  const Value woken = some_of(first, here, static_cast<ThreadId>(wakes));
  const Value rest = difference(here, woken);
  const Value moved = same || most == 0 ? 0 : some_of(first, rest, static_cast<ThreadId>(most));
  const ThreadId count = thread_set::size(moved);
  for (ThreadId i = 0; i < count; ++i) {
    const ThreadId thread = thread_set::member(moved, i);
    posix_thread(thread).requeued_to = second_site.object;
    there = thread_set::with(there, thread);
  }
  if (!same) second.unlock(there);
  first.unlock(difference(rest, moved));
  return static_cast<long>(thread_set::size(woken)) + (compare ? static_cast<long>(count) : 0);
}

}  // namespace

long futex(const FutexCall& call, std::uintptr_t caller) {
  const int command = call.operation & FUTEX_CMD_MASK;
  const int clock = (call.operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  const auto site = [&](const char* name) { return site_of(name, call.word, ObjectKind::futex, caller); };
  if (reinterpret_cast<std::uintptr_t>(call.word) % sizeof *call.word != 0) return failed(EINVAL);
  Deadline deadline;
  switch (command) {
    case FUTEX_WAIT:
      if (call.timeout != nullptr && !make_timeout(clock, *call.timeout, deadline)) return failed(EINVAL);
      return wait(call, FUTEX_BITSET_MATCH_ANY, call.timeout != nullptr ? &deadline : nullptr,
                  site("futex_wait"));
    case FUTEX_WAIT_BITSET:
      if (call.timeout != nullptr && !make_deadline(clock, *call.timeout, deadline)) return failed(EINVAL);
      return wait(call, call.third_value, call.timeout != nullptr ? &deadline : nullptr, site("futex_wait"));
    case FUTEX_WAKE:
      return wake(call, FUTEX_BITSET_MATCH_ANY, site("futex_wake"));
    case FUTEX_WAKE_BITSET:
      return wake(call, call.third_value, site("futex_wake"));
    case FUTEX_REQUEUE:
      return requeue(call, false, site("futex_requeue"));
    case FUTEX_CMP_REQUEUE:
      return requeue(call, true, site("futex_requeue"));
    default:
      runtime::unsupported("futex", caller, "only WAIT, WAKE, their BITSET forms and REQUEUE are simulated");
  }
}

}  // namespace heddle::frontend
