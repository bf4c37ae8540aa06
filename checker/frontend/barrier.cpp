// Barriers. The location's value: the generation in the high half, the number of threads that arrived in the
// low half.
#include <pthread.h>

#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/objects.hpp"
#include "checker/frontend/posix_thread.hpp"
#include "checker/frontend/result_use.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;
using kernel::Updated;

constexpr Value destroyed = ~Value{0};

Value generation_of(Value value) { return value >> 32; }
Value arrived_in(Value value) { return value & 0xffffffffU; }

Updated arrive(Value old, Value parties, Value) {
  if (old == destroyed) return {old, false};
  if (arrived_in(old) + 1 == parties) return {(generation_of(old) + 1) << 32, true};
  return {old + 1, true};
}
Updated mark_destroyed(Value old, Value, Value) { return {destroyed, arrived_in(old) == 0}; }
bool is_later(Value value, Value generation) { return generation_of(value) != generation; }

// glibc's layout: the barrier's third word is the number of threads that must arrive, written by the init
// function.
struct RealBarrier {
  unsigned in;
  unsigned round;
  unsigned parties;
};
Value parties_of(const CallSite& at) { return reinterpret_cast<const RealBarrier*>(at.object)->parties; }

CallSite site(const char* call, const pthread_barrier_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::barrier, caller);
}

int wait(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  kernel::Operation arrival = operation_on(record, kernel::OperationKind::rmw, Order::acq_rel, at);
  arrival.failure_order = Order::relaxed;
  arrival.update = arrive;
  arrival.operand = parties_of(at);
  if (arrival.operand <= kernel::threads_max) arrival.parties = static_cast<std::uint16_t>(arrival.operand);
  arrival.last_matters = tells_apart(at.pc, 0, PTHREAD_BARRIER_SERIAL_THREAD);
  const Value old = runtime::perform(arrival).value;
  if (old == destroyed) fail_destroyed(at);
  if (arrived_in(old) + 1 == parties_of(at)) return PTHREAD_BARRIER_SERIAL_THREAD;
  await_load(record, is_later, generation_of(old), Order::acquire, {}, at);
  return 0;
}

int destroy(const CallSite& at) {
  ObjectRecord& record = use_object(at, true);
  const Value old = destroy_object(record, mark_destroyed, Order::acq_rel, at);
  if (old == destroyed) fail_destroyed(at);
  if (arrived_in(old) != 0) fail_destroyed_in_use(at, "while threads wait at it");
  record.destroyed = true;
  return 0;
}

}  // namespace

HEDDLE_INTERCEPT int pthread_barrier_init(pthread_barrier_t* object, const pthread_barrierattr_t* attributes,
                                          unsigned parties) noexcept {
  const int result = HEDDLE_REAL(pthread_barrier_init)(object, attributes, parties);
  if (result == 0 && simulated(HEDDLE_CALLER_PC)) {
    create_object(site("pthread_barrier_init", object, HEDDLE_CALLER_PC), sizeof *object);
  }
  return result;
}

HEDDLE_INTERCEPT int pthread_barrier_destroy(pthread_barrier_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_barrier_destroy)(object);
  return destroy(site("pthread_barrier_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_barrier_wait(pthread_barrier_t* object) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_barrier_wait)(object);
  return wait(site("pthread_barrier_wait", object, HEDDLE_CALLER_PC));
}
