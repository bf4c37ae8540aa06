// Read-write locks. The location's value: the number of readers, or `writing` and the writer's thread number
// plus 1.
//
// Neither side is preferred: whoever the search lets move takes the lock, whatever the attributes say. POSIX
// leaves the preference open, and every order that a preference allows is among these.
#include <pthread.h>

#include <cerrno>

#include "checker/frontend/deadline.hpp"
#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/objects.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;
using kernel::Updated;

constexpr Value writing = Value{1} << 62;
constexpr Value destroyed = Value{1} << 63;

enum class Mode : std::uint8_t { read, write };

bool readable(Value value, Value) { return (value & writing) == 0; }
bool writable(Value value, Value) { return value == 0 || value == destroyed; }
bool not_readable(Value value, Value) { return (value & writing) != 0; }
bool not_writable(Value value, Value) { return value != 0 && value != destroyed; }

Updated add_reader(Value old, Value, Value) {
  if ((old & (writing | destroyed)) != 0) return {old, false};
  return {old + 1, true};
}
Updated remove_reader(Value old, Value, Value) { return {old - 1, true}; }
Updated set_writer(Value old, Value me, Value) { return {me | writing, old == 0}; }
Updated mark_destroyed(Value old, Value, Value) { return {destroyed, old == 0}; }

// What a mode waits for and does.
struct Behaviour {
  kernel::Accepts free;
  kernel::Accepts busy;
  kernel::Update take;
};
constexpr Behaviour behaviours[] = {{readable, not_readable, add_reader},
                                    {writable, not_writable, set_writer}};
const Behaviour& behaviour(Mode mode) { return behaviours[static_cast<int>(mode)]; }

// Left in the object's memory by destroying it; no initialiser makes such a lock.
constexpr unsigned destroyed_flags = 0xdeadU;

pthread_rwlock_t* memory_of(const CallSite& site) { return reinterpret_cast<pthread_rwlock_t*>(site.object); }
ObjectRecord& use(const CallSite& site) {
  return use_object(site, memory_of(site)->__data.__flags == destroyed_flags);
}
CallSite site(const char* call, const pthread_rwlock_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::rwlock, caller);
}

int taken(ObjectRecord& record, Mode mode, Value old, Asked asked, const CallSite& at) {
  if (old == destroyed) fail_destroyed(at);
  lock_taken(record, mode == Mode::read, asked, at);
  return 0;
}

int lock(Mode mode, const CallSite& at) {
  ObjectRecord& record = use(at);
  if (owned_by_me(record)) return EDEADLK;
  wait_for_lock(record, mode == Mode::read, at);
  const Answer answer = await_modify(record, behaviour(mode).free, 0, behaviour(mode).take,
                                     runtime::self() + 1U, Order::acquire, {}, at);
  return taken(record, mode, answer.value, Asked::blocking, at);
}

int attempt(ObjectRecord& record, Mode mode, int busy_result, const CallSite& at) {
  const Value old =
      modify(record, behaviour(mode).take, runtime::self() + 1U, Order::acquire, Order::relaxed, at);
  if (behaviour(mode).busy(old, 0)) return busy_result;
  return taken(record, mode, old, Asked::with_way_out, at);
}

int try_lock(Mode mode, const CallSite& at) { return attempt(use(at), mode, EBUSY, at); }

int timed_lock(Mode mode, const Deadline& deadline, const CallSite& at) {
  ObjectRecord& record = use(at);
  if (owned_by_me(record)) return EDEADLK;
  if (deadline.passed()) return attempt(record, mode, ETIMEDOUT, at);
  if (runtime::choose_timeout(at)) {
    await_load(record, behaviour(mode).busy, 0, Order::relaxed, {.timed = true}, at);
    deadline.reach();
    return ETIMEDOUT;
  }
  const Answer answer = await_modify(record, behaviour(mode).free, 0, behaviour(mode).take,
                                     runtime::self() + 1U, Order::acquire, {.timed = true}, at);
  if (answer.timed_out) {
    deadline.reach();
    return ETIMEDOUT;
  }
  return taken(record, mode, answer.value, Asked::with_way_out, at);
}

int clock_lock(Mode mode, int clock, const timespec* time, const CallSite& at) {
  Deadline deadline;
  if (!is_waitable_clock(clock) || !make_deadline(clock, *time, deadline)) return EINVAL;
  return timed_lock(mode, deadline, at);
}

int unlock(const CallSite& at) {
  ObjectRecord& record = use(at);
  const bool writer = owned_by_me(record);
  if (!lock_released(record)) {
    runtime::fail_at(Rule::misuse, at.pc,
                     "Thread %u unlocks the read-write lock %#zx, which it does not hold.", runtime::self(),
                     at.object);
  }
  if (writer) {
    store(record, 0, Order::release, at);
  } else {
    modify(record, remove_reader, 0, Order::release, Order::relaxed, at);
  }
  return 0;
}

int destroy(const CallSite& at) {
  ObjectRecord& record = use(at);
  const Value old = modify(record, mark_destroyed, 0, Order::relaxed, Order::relaxed, at);
  if (old == destroyed) fail_destroyed(at);
  if (old != 0) fail_destroyed_in_use(at, "while it is locked");
  record.destroyed = true;
  memory_of(at)->__data.__flags = destroyed_flags;
  return 0;
}

}  // namespace

HEDDLE_INTERCEPT int pthread_rwlock_init(pthread_rwlock_t* object,
                                         const pthread_rwlockattr_t* attributes) noexcept {
  const int result = HEDDLE_REAL(pthread_rwlock_init)(object, attributes);
  if (result == 0 && simulated(HEDDLE_CALLER_PC)) {
    create_object(site("pthread_rwlock_init", object, HEDDLE_CALLER_PC), sizeof *object);
  }
  return result;
}

HEDDLE_INTERCEPT int pthread_rwlock_destroy(pthread_rwlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_destroy)(object);
  return destroy(site("pthread_rwlock_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_rdlock(pthread_rwlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_rdlock)(object);
  return lock(Mode::read, site("pthread_rwlock_rdlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_wrlock(pthread_rwlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_wrlock)(object);
  return lock(Mode::write, site("pthread_rwlock_wrlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_tryrdlock(pthread_rwlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_tryrdlock)(object);
  return try_lock(Mode::read, site("pthread_rwlock_tryrdlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_trywrlock(pthread_rwlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_trywrlock)(object);
  return try_lock(Mode::write, site("pthread_rwlock_trywrlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_timedrdlock(pthread_rwlock_t* object, const timespec* time) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_timedrdlock)(object, time);
  return clock_lock(Mode::read, CLOCK_REALTIME, time,
                    site("pthread_rwlock_timedrdlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_timedwrlock(pthread_rwlock_t* object, const timespec* time) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_timedwrlock)(object, time);
  return clock_lock(Mode::write, CLOCK_REALTIME, time,
                    site("pthread_rwlock_timedwrlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_clockrdlock(pthread_rwlock_t* object, clockid_t clock,
                                                const timespec* time) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_clockrdlock)(object, clock, time);
  return clock_lock(Mode::read, clock, time, site("pthread_rwlock_clockrdlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_clockwrlock(pthread_rwlock_t* object, clockid_t clock,
                                                const timespec* time) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_clockwrlock)(object, clock, time);
  return clock_lock(Mode::write, clock, time, site("pthread_rwlock_clockwrlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_rwlock_unlock(pthread_rwlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_rwlock_unlock)(object);
  return unlock(site("pthread_rwlock_unlock", object, HEDDLE_CALLER_PC));
}
