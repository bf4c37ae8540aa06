// Semaphores. The location's value: the count in the low 32 bits, a cancelled waiter above (cancel.hpp), or
// destroyed.
#include <limits.h>
#include <semaphore.h>

#include <cerrno>

#include "checker/frontend/cancel.hpp"
#include "checker/frontend/deadline.hpp"
#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/objects.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;
using kernel::Updated;

constexpr Value destroyed = Value{1} << 63;
constexpr Value count_mask = 0xffffffffU;

Value count_of(Value value) { return value & count_mask; }

bool may_take(Value value, Value me) {
  return count_of(value) > 0 || value == destroyed || is_poked(value, static_cast<ThreadId>(me));
}
bool is_empty(Value value, Value) { return count_of(value) == 0 && value != destroyed; }

// A cancelled waiter takes its mark away instead of a unit.
Updated take(Value old, Value me, Value) {
  const auto thread = static_cast<ThreadId>(me);
  if (is_poked(old, thread)) return {old & ~poke_mark(thread), true};
  return {old - 1, old != destroyed && count_of(old) > 0};
}
Updated give(Value old, Value, Value) { return {old + 1, old != destroyed && count_of(old) < SEM_VALUE_MAX}; }
Updated mark_destroyed(Value, Value, Value) { return {destroyed, true}; }

CallSite site(const char* call, const sem_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::semaphore, caller);
}

// A semaphore made before main has its count in its memory, where sem_init left it and no simulated call
// changes it.
ObjectRecord& use(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  if (!record.initialised) {
    int count = 0;
    HEDDLE_REAL(sem_getvalue)(reinterpret_cast<sem_t*>(at.object), &count);
    record.initial = static_cast<Value>(count);
    record.initialised = true;
  }
  return record;
}

int failed(int error) {
  errno = error;
  return -1;
}

int try_take(ObjectRecord& record, int empty_error, const CallSite& at) {
  for (;;) {
    const Value old = modify(record, take, runtime::self(), Order::acq_rel, Order::relaxed, at);
    if (old == destroyed) fail_destroyed(at);
    if (is_poked(old, runtime::self())) continue;
    if (count_of(old) == 0) return failed(empty_error);
    permit_taken(record, at);
    return 0;
  }
}

int wait(const Deadline* deadline, const CallSite& at) {
  ObjectRecord& record = use(at);
  if (deadline != nullptr) {
    if (deadline->passed()) return try_take(record, ETIMEDOUT, at);
    if (runtime::choose_timeout(at)) {
      await_load(record, is_empty, 0, Order::relaxed, {.timed = true}, at);
      deadline->reach();
      return failed(ETIMEDOUT);
    }
  }
  const Patience patience = {.timed = deadline != nullptr, .daemon = my_posix_thread().detached};
  for (;;) {
    CancellableWait cancellable(at);
    if (cancellable.is_due()) end_cancelled();
    const Answer answer =
        await_modify(record, may_take, runtime::self(), take, runtime::self(), Order::acq_rel, patience, at);
    const bool cancelled = cancellable.end();
    if (answer.timed_out) {
      deadline->reach();
      return failed(ETIMEDOUT);
    }
    if (answer.value == destroyed) fail_destroyed(at);
    if (!is_poked(answer.value, runtime::self())) break;
    if (cancelled) end_cancelled();
  }
  permit_taken(record, at);
  return 0;
}

int timed_wait(int clock, const timespec* time, const CallSite& at) {
  Deadline deadline;
  if (!is_waitable_clock(clock) || !make_deadline(clock, *time, deadline)) return failed(EINVAL);
  return wait(&deadline, at);
}

int post(const CallSite& at) {
  ObjectRecord& record = use(at);
  permit_given(record);
  const Value old = modify(record, give, 0, Order::acq_rel, Order::relaxed, at);
  if (old == destroyed) fail_destroyed(at);
  return count_of(old) < SEM_VALUE_MAX ? 0 : failed(EOVERFLOW);
}

int destroy(const CallSite& at) {
  ObjectRecord& record = use(at);
  if (modify(record, mark_destroyed, 0, Order::relaxed, Order::relaxed, at) == destroyed) fail_destroyed(at);
  record.destroyed = true;
  return 0;
}

}  // namespace

HEDDLE_INTERCEPT int sem_init(sem_t* object, int shared, unsigned count) noexcept {
  const int result = HEDDLE_REAL(sem_init)(object, shared, count);
  if (result == 0 && simulated(HEDDLE_CALLER_PC)) {
    create_object(site("sem_init", object, HEDDLE_CALLER_PC), sizeof *object, count);
  }
  return result;
}

HEDDLE_INTERCEPT int sem_destroy(sem_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_destroy)(object);
  return destroy(site("sem_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int sem_wait(sem_t* object) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_wait)(object);
  return wait(nullptr, site("sem_wait", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int sem_trywait(sem_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_trywait)(object);
  const CallSite at = site("sem_trywait", object, HEDDLE_CALLER_PC);
  return try_take(use(at), EAGAIN, at);
}

HEDDLE_INTERCEPT int sem_timedwait(sem_t* object, const timespec* time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_timedwait)(object, time);
  return timed_wait(CLOCK_REALTIME, time, site("sem_timedwait", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int sem_clockwait(sem_t* object, clockid_t clock, const timespec* time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_clockwait)(object, clock, time);
  return timed_wait(clock, time, site("sem_clockwait", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int sem_post(sem_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_post)(object);
  return post(site("sem_post", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int sem_getvalue(sem_t* object, int* count) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sem_getvalue)(object, count);
  const CallSite at = site("sem_getvalue", object, HEDDLE_CALLER_PC);
  const Value value = load(use(at), Order::acquire, at);
  if (value == destroyed) fail_destroyed(at);
  *count = static_cast<int>(count_of(value));
  return 0;
}

HEDDLE_INTERCEPT sem_t* sem_open(const char* name, int flags, ...) noexcept {
  if (runtime::controlled()) {
    runtime::unsupported("sem_open", HEDDLE_CALLER_PC,
                         "use an unnamed semaphore (sem_init) under the checker");
  }
  // The two further arguments, if there are any, are in the same registers in every call.
  __builtin_va_list arguments;
  __builtin_va_start(arguments, flags);
  const unsigned mode = __builtin_va_arg(arguments, unsigned);
  const unsigned count = __builtin_va_arg(arguments, unsigned);
  __builtin_va_end(arguments);
  return HEDDLE_REAL(sem_open)(name, flags, mode, count);
}
