// Mutexes. The location's value: 0 free, the owner's thread number plus 1, or one of the marks below.
//
// The kind (normal, recursive, error-checking, robust) is read from the object's memory, where the real init
// function, a static initialiser or a constructor put it; so a mutex needs no init call and an address may
// hold different mutexes one after the other. Protocols and process sharing change nothing here.
#include "checker/frontend/mutex.hpp"

#include <cerrno>

#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/objects.hpp"
#include "checker/runtime/environment.hpp"

namespace heddle::frontend::mutex {
namespace {

using kernel::Updated;

constexpr Value destroyed = Value{1} << 63;
constexpr Value owner_died = Value{1} << 62;       // free, but its robust owner ended while holding it
constexpr Value not_recoverable = Value{1} << 61;  // unlocked without pthread_mutex_consistent
constexpr Value marks = destroyed | owner_died | not_recoverable;

bool is_taken(Value value, Value) { return value != 0 && (value & marks) == 0; }
bool is_not_taken(Value value, Value) { return value == 0 || (value & marks) != 0; }

Updated take(Value old, Value me, Value) {
  if (old == 0 || old == owner_died) return {me, true};
  return {old, false};
}

Updated mark_destroyed(Value old, Value, Value) { return {destroyed, old == 0 || old == owner_died}; }

// glibc's layout of __kind: type in bits 0 and 1, robust in bit 4; destroying makes it negative.
constexpr int type_mask = 3;
constexpr int robust_bit = 16;
constexpr int destroyed_kind = -1;

pthread_mutex_t* memory_of(const CallSite& site) { return reinterpret_cast<pthread_mutex_t*>(site.object); }
int kind_of(const CallSite& site) { return memory_of(site)->__data.__kind; }

constexpr std::uint64_t inconsistent = 1;  // flags_word

ObjectRecord& use(const CallSite& site) { return use_object(site, kind_of(site) == destroyed_kind); }

// What lock() and unlock() keep is a function of what the calling thread has done to the mutex, and what they
// report is reported when it is done first: the owner and the depth of a lock are the owner's, an order in
// which locks are taken is remembered for all executions, unless each is a process of its own, and who waits
// for whom is judged where somebody goes on waiting (explore/exhaustive/recall.cpp). A robust mutex changes
// hands at the end of a thread.
bool is_known_by_history(const CallSite& site) {
  if ((kind_of(site) & robust_bit) != 0) return false;
  return my_posix_thread().held.empty() || runtime::requested_options().isolation != explore::Isolation::fork;
}

// A lock operation has read `old` and, if it could, taken the mutex.
int taken(ObjectRecord& record, Value old, Asked asked, const CallSite& site) {
  if (old == destroyed) [[unlikely]]
    fail_destroyed(site);
  if (old == not_recoverable) [[unlikely]] {
    stop_waiting();
    return ENOTRECOVERABLE;
  }
  lock_taken(record, false, asked, site);
  if (old == owner_died) [[unlikely]] {
    record.state[flags_word] = inconsistent;
    return EOWNERDEAD;
  }
  return 0;
}

// The calling thread owns the mutex already. 0: locked once more; -1: it would wait for itself.
int relock(ObjectRecord& record, int kind) {
  switch (kind & type_mask) {
    case PTHREAD_MUTEX_RECURSIVE:
      ++record.state[depth_word];
      return 0;
    case PTHREAD_MUTEX_ERRORCHECK:
      return EDEADLK;
    default:
      return -1;
  }
}

}  // namespace

int lock(const CallSite& site) {
  ObjectRecord& record = use(site);
  if (!is_known_by_history(site)) runtime::note_open();
  if (owned_by_me(record)) {
    const int result = relock(record, kind_of(site));
    if (result >= 0) return result;
  }
  wait_for_lock(record, false, site);
  const Answer answer =
      await_modify(record, is_not_taken, 0, take, runtime::self() + 1U, Order::acquire, {}, site);
  return taken(record, answer.value, Asked::blocking, site);
}

int try_lock(const CallSite& site) {
  ObjectRecord& record = use(site);
  if (owned_by_me(record)) {
    return (kind_of(site) & type_mask) == PTHREAD_MUTEX_RECURSIVE ? relock(record, kind_of(site)) : EBUSY;
  }
  const Value old = modify(record, take, runtime::self() + 1U, Order::acquire, Order::relaxed, site);
  if (is_taken(old, 0)) return EBUSY;
  return taken(record, old, Asked::with_way_out, site);
}

int timed_lock(const Deadline& deadline, const CallSite& site) {
  ObjectRecord& record = use(site);
  if (owned_by_me(record)) {
    const int result = relock(record, kind_of(site));
    if (result >= 0) return result;
  }
  if (deadline.passed()) {
    const Value old = modify(record, take, runtime::self() + 1U, Order::acquire, Order::relaxed, site);
    if (is_taken(old, 0)) return ETIMEDOUT;
    return taken(record, old, Asked::with_way_out, site);
  }
  if (runtime::choose_timeout(site)) {
    await_load(record, is_taken, 0, Order::relaxed, {.timed = true}, site);
    deadline.reach();
    return ETIMEDOUT;
  }
  const Answer answer = await_modify(record, is_not_taken, 0, take, runtime::self() + 1U, Order::acquire,
                                     {.timed = true}, site);
  if (answer.timed_out) {
    deadline.reach();
    return ETIMEDOUT;
  }
  return taken(record, answer.value, Asked::with_way_out, site);
}

int unlock(const CallSite& site) {
  ObjectRecord& record = use(site);
  if (!is_known_by_history(site)) runtime::note_open();
  if (!owned_by_me(record)) [[unlikely]] {
    if ((kind_of(site) & type_mask) == PTHREAD_MUTEX_ERRORCHECK) return EPERM;
    const std::uint64_t owner = record.state[owner_word];
    if (owner == 0) {
      runtime::fail_at(Rule::misuse, site.pc, "Thread %u unlocks the mutex %#zx, which nobody holds.",
                       runtime::self(), site.object);
    }
    runtime::fail_at(Rule::misuse, site.pc, "Thread %u unlocks the mutex %#zx, which thread %zu holds.",
                     runtime::self(), site.object, owner - 1);
  }
  if (record.state[depth_word] > 1) {
    --record.state[depth_word];
    return 0;
  }
  const bool lost = record.state[flags_word] == inconsistent;
  record.state[flags_word] = 0;
  lock_released(record);
  store(record, lost ? not_recoverable : 0, Order::release, site);
  return 0;
}

void create(const CallSite& site) { create_object(site, sizeof(pthread_mutex_t)); }

int destroy(const CallSite& site) {
  ObjectRecord& record = use(site);
  const Value old = destroy_object(record, mark_destroyed, Order::relaxed, site);
  if (old == destroyed) fail_destroyed(site);
  if (is_taken(old, 0))
    fail_destroyed_in_use(site, owned_by_me(record) ? "while holding it" : "while it is locked");
  record.destroyed = true;
  memory_of(site)->__data.__kind = destroyed_kind;
  return 0;
}

void abandon_robust(runtime::Thread& thread) {
  const detect::HeldLocks& held = posix_thread(thread).held;
  for (std::size_t i = held.all().size(); i-- > 0;) {
    const detect::HeldLock lock = held.all()[i];
    const CallSite site = {"thread_exit", lock.object, 0, ObjectKind::mutex};
    if (lock.kind != ObjectKind::mutex || (kind_of(site) & robust_bit) == 0) continue;
    ObjectRecord& record = use(site);
    record.state[flags_word] = 0;
    lock_released(record);
    store(record, owner_died, Order::release, site);
  }
}

namespace {

int consistent(const CallSite& site) {
  ObjectRecord& record = use(site);
  if ((kind_of(site) & robust_bit) == 0 || !owned_by_me(record) || record.state[flags_word] != inconsistent) {
    return EINVAL;
  }
  record.state[flags_word] = 0;
  return 0;
}

}  // namespace
}  // namespace heddle::frontend::mutex

namespace {

using namespace heddle;
using namespace heddle::frontend;

CallSite site(const char* call, const pthread_mutex_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::mutex, caller);
}

}  // namespace

HEDDLE_INTERCEPT int pthread_mutex_init(pthread_mutex_t* object,
                                        const pthread_mutexattr_t* attributes) noexcept {
  const int result = HEDDLE_REAL(pthread_mutex_init)(object, attributes);
  if (result == 0 && simulated(HEDDLE_CALLER_PC))
    mutex::create(site("pthread_mutex_init", object, HEDDLE_CALLER_PC));
  return result;
}

HEDDLE_INTERCEPT int pthread_mutex_destroy(pthread_mutex_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_destroy)(object);
  return mutex::destroy(site("pthread_mutex_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_mutex_lock(pthread_mutex_t* object) noexcept {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_lock)(object);
  return mutex::lock(site("pthread_mutex_lock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_mutex_trylock(pthread_mutex_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_trylock)(object);
  return mutex::try_lock(site("pthread_mutex_trylock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_mutex_timedlock(pthread_mutex_t* object, const timespec* at) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_timedlock)(object, at);
  Deadline deadline;
  if (!make_deadline(CLOCK_REALTIME, *at, deadline)) return EINVAL;
  return mutex::timed_lock(deadline, site("pthread_mutex_timedlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_mutex_clocklock(pthread_mutex_t* object, clockid_t clock,
                                             const timespec* at) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_clocklock)(object, clock, at);
  Deadline deadline;
  if (!is_waitable_clock(clock) || !make_deadline(clock, *at, deadline)) return EINVAL;
  return mutex::timed_lock(deadline, site("pthread_mutex_clocklock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_mutex_unlock(pthread_mutex_t* object) noexcept {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_unlock)(object);
  return mutex::unlock(site("pthread_mutex_unlock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_mutex_consistent(pthread_mutex_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_mutex_consistent)(object);
  return mutex::consistent(site("pthread_mutex_consistent", object, HEDDLE_CALLER_PC));
}
