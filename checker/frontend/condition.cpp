// Condition variables: a wait set. Waiting is: enter the set, unlock the mutex, sleep, lock the mutex. A
// notify after the unlock finds the waiter (POSIX: releasing the mutex and blocking are one step with respect
// to other threads).
#include "checker/frontend/condition.hpp"

#include <cerrno>

#include "checker/frontend/cancel.hpp"
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/mutex.hpp"
#include "checker/frontend/objects.hpp"
#include "checker/frontend/wait_set.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/notify_log.hpp"

namespace heddle::frontend::condition {
namespace {

// glibc's layout of __wrefs: bit 1 says that timed waits use the monotonic clock.
constexpr unsigned monotonic_bit = 2;
// Left in the object's memory by destroying it; no initialiser makes such a condition variable.
constexpr unsigned destroyed_references = 0xdead0000U;

pthread_cond_t* memory_of(const CallSite& site) { return reinterpret_cast<pthread_cond_t*>(site.object); }

ObjectRecord& use(const CallSite& site) {
  return use_object(site, memory_of(site)->__data.__wrefs == destroyed_references);
}

// All threads that wait at the same time must use the same mutex (POSIX: undefined otherwise).
void check_mutex(Value others, std::uintptr_t mutex, const CallSite& site) {
  const ThreadId count = thread_set::size(others);
  for (ThreadId i = 0; i < count; ++i) {
    const ThreadId other = thread_set::member(others, i);
    const std::uintptr_t its = posix_thread(other).waiting_with;
    if (its == mutex) continue;
    runtime::fail_at(
        Rule::misuse, site.pc,
        "Thread %u waits on the condition variable %#zx with the mutex %#zx, while thread %u waits on it "
        "with the mutex %#zx.",
        runtime::self(), site.object, mutex, other, its);
  }
}

// True: woken, by a notify or for no reason; false: timed out.
bool sleep(WaitSet& waiters, const Deadline* deadline, const CallSite& site) {
  const Patience patience = {.timed = deadline != nullptr, .daemon = my_posix_thread().detached};
  const bool times_out = deadline != nullptr && (deadline->passed() || runtime::choose_timeout(site));
  if (!times_out) {
    if (deadline == nullptr && runtime::requested_options().spurious && choose(2, site) == 1) {
      waiters.leave();
      return true;
    }
    if (waiters.sleep(patience)) return true;
  }
  // A waiter that was notified before it could leave has consumed the notify and must not report a timeout.
  if (!waiters.leave()) return true;
  if (deadline != nullptr) deadline->reach();
  return false;
}

}  // namespace

int wait(pthread_mutex_t* mutex, const Deadline* deadline, const CallSite& site) {
  const CallSite mutex_site = site_on(site, mutex, ObjectKind::mutex);
  ObjectRecord& record = use(site);
  PosixThread& me = my_posix_thread();
  me.waiting_with = mutex_site.object;
  WaitSet waiters(record, site);
  const Value others = waiters.enter();
  check_mutex(others, mutex_site.object, site);
  const int unlocked = mutex::unlock(mutex_site);
  if (unlocked != 0) {
    waiters.leave();
    return unlocked;
  }
  CancellableWait cancellable(site);
  // A notify that came first is not to be lost with the thread: it goes on until its next cancellation point.
  const bool due = cancellable.is_due() && waiters.leave();
  const bool woken = due || sleep(waiters, deadline, site);
  cancellable.end();
  const int locked = mutex::lock(mutex_site);
  if (due || cancellable.was_taken_out()) end_cancelled();
  if (locked != 0) return locked;
  return woken ? 0 : ETIMEDOUT;
}

int signal(const CallSite& site) {
  ObjectRecord& record = use(site);
  if (WaitSet(record, site).wake(1) == 0) runtime::log_empty_notify(site.object, site.call, site.pc);
  return 0;
}

int broadcast(const CallSite& site) {
  ObjectRecord& record = use(site);
  if (WaitSet(record, site).wake(kernel::threads_max) == 0) {
    runtime::log_empty_notify(site.object, site.call, site.pc);
  }
  return 0;
}

void create(const CallSite& site) { create_object(site, sizeof(pthread_cond_t)); }

int destroy(const CallSite& site) {
  ObjectRecord& record = use(site);
  if (!WaitSet(record, site).destroy()) fail_destroyed_in_use(site, "while threads wait on it");
  record.destroyed = true;
  memory_of(site)->__data.__wrefs = destroyed_references;
  return 0;
}

namespace {

int timed_wait(pthread_mutex_t* mutex, int clock, const timespec* time, const CallSite& site) {
  Deadline deadline;
  if (!is_waitable_clock(clock) || !make_deadline(clock, *time, deadline)) return EINVAL;
  return wait(mutex, &deadline, site);
}

int clock_of(const pthread_cond_t* object) {
  return (object->__data.__wrefs & monotonic_bit) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

}  // namespace
}  // namespace heddle::frontend::condition

namespace {

using namespace heddle;
using namespace heddle::frontend;

CallSite site(const char* call, const pthread_cond_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::condition, caller);
}

}  // namespace

HEDDLE_INTERCEPT int pthread_cond_init(pthread_cond_t* object,
                                       const pthread_condattr_t* attributes) noexcept {
  const int result = HEDDLE_REAL(pthread_cond_init)(object, attributes);
  if (result == 0 && simulated(HEDDLE_CALLER_PC))
    condition::create(site("pthread_cond_init", object, HEDDLE_CALLER_PC));
  return result;
}

HEDDLE_INTERCEPT int pthread_cond_destroy(pthread_cond_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cond_destroy)(object);
  return condition::destroy(site("pthread_cond_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_cond_wait(pthread_cond_t* object, pthread_mutex_t* mutex) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cond_wait)(object, mutex);
  return condition::wait(mutex, nullptr, site("pthread_cond_wait", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_cond_timedwait(pthread_cond_t* object, pthread_mutex_t* mutex,
                                            const timespec* time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cond_timedwait)(object, mutex, time);
  return condition::timed_wait(mutex, condition::clock_of(object), time,
                               site("pthread_cond_timedwait", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_cond_clockwait(pthread_cond_t* object, pthread_mutex_t* mutex, clockid_t clock,
                                            const timespec* time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cond_clockwait)(object, mutex, clock, time);
  return condition::timed_wait(mutex, clock, time, site("pthread_cond_clockwait", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_cond_signal(pthread_cond_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cond_signal)(object);
  return condition::signal(site("pthread_cond_signal", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_cond_broadcast(pthread_cond_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cond_broadcast)(object);
  return condition::broadcast(site("pthread_cond_broadcast", object, HEDDLE_CALLER_PC));
}
