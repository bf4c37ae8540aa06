// Spin locks: mutexes without kinds. Waiting is an await, not spinning. The location's value: 0 free, else
// the owner's thread number plus 1.
#include <pthread.h>

#include <cerrno>

#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/objects.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;
using kernel::Updated;

constexpr Value destroyed = Value{1} << 63;

bool is_free(Value value, Value) { return value == 0 || value == destroyed; }
Updated take(Value old, Value me, Value) { return {me, old == 0}; }
Updated mark_destroyed(Value old, Value, Value) { return {destroyed, old == 0}; }

CallSite site(const char* call, const volatile pthread_spinlock_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::spinlock, caller);
}

int lock(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  wait_for_lock(record, false, at);
  const Answer answer = await_modify(record, is_free, 0, take, runtime::self() + 1U, Order::acquire, {}, at);
  if (answer.value == destroyed) fail_destroyed(at);
  lock_taken(record, false, Asked::blocking, at);
  return 0;
}

int try_lock(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  const Value old = modify(record, take, runtime::self() + 1U, Order::acquire, Order::relaxed, at);
  if (old == destroyed) fail_destroyed(at);
  if (old != 0) return EBUSY;
  lock_taken(record, false, Asked::with_way_out, at);
  return 0;
}

int unlock(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  if (!lock_released(record)) {
    runtime::fail_at(Rule::misuse, at.pc, "Thread %u unlocks the spin lock %#zx, which it does not hold.",
                     runtime::self(), at.object);
  }
  store(record, 0, Order::release, at);
  return 0;
}

int destroy(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  const Value old = modify(record, mark_destroyed, 0, Order::relaxed, Order::relaxed, at);
  if (old == destroyed) fail_destroyed(at);
  if (old != 0) fail_destroyed_in_use(at, "while it is locked");
  record.destroyed = true;
  return 0;
}

}  // namespace

HEDDLE_INTERCEPT int pthread_spin_init(pthread_spinlock_t* object, int shared) noexcept {
  const int result = HEDDLE_REAL(pthread_spin_init)(object, shared);
  if (result == 0 && simulated(HEDDLE_CALLER_PC)) {
    create_object(site("pthread_spin_init", object, HEDDLE_CALLER_PC), sizeof *object);
  }
  return result;
}

HEDDLE_INTERCEPT int pthread_spin_destroy(pthread_spinlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_spin_destroy)(object);
  return destroy(site("pthread_spin_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_spin_lock(pthread_spinlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_spin_lock)(object);
  return lock(site("pthread_spin_lock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_spin_trylock(pthread_spinlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_spin_trylock)(object);
  return try_lock(site("pthread_spin_trylock", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_spin_unlock(pthread_spinlock_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_spin_unlock)(object);
  return unlock(site("pthread_spin_unlock", object, HEDDLE_CALLER_PC));
}
