#include "checker/frontend/cancel.hpp"

#include <pthread.h>

#include <cerrno>

#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/posix_thread.hpp"
#include "checker/frontend/thread_exit.hpp"
#include "checker/frontend/wait_set.hpp"

namespace heddle::frontend {
namespace {

using kernel::Updated;

constexpr Value requested = 1;

ObjectRecord& cancellation_of(ThreadId thread) {
  return runtime::object(reinterpret_cast<std::uintptr_t>(&runtime::thread_at(thread)), ObjectKind::custom);
}

Updated request(Value old, Value, Value) { return {old | requested, true}; }
Updated publish(Value old, Value address, Value) { return {address << 1, (old & requested) == 0}; }
Updated withdraw(Value old, Value, Value) { return {old & requested, true}; }
Updated poke(Value old, Value thread, Value) {
  return {old | poke_mark(static_cast<ThreadId>(thread)), true};
}

bool is_enabled(const PosixThread& me) { return !me.cancellation.disabled && !me.ending; }

CallSite site_of_mine(const char* call, std::uintptr_t caller) {
  return {call, runtime::handle_of(runtime::self()), caller, ObjectKind::thread};
}

// Wakes `thread`, which published that it is blocked in the object at `address`.
void wake(ThreadId thread, std::uintptr_t address, const CallSite& site) {
  if (const ThreadId joined = runtime::thread_of(address); joined != kernel::no_thread) {
    ObjectRecord exit = {};
    exit.location = runtime::exit_location(joined);
    modify(exit, poke, thread, Order::acq_rel, Order::relaxed, site);
    return;
  }
  const ObjectRecord* record = runtime::find_object(address);
  if (record == nullptr) return;
  const CallSite there = {site.call, address, site.pc, record->kind};
  if (record->kind == ObjectKind::semaphore) {
    modify(*record, poke, thread, Order::acq_rel, Order::relaxed, there);
  } else if (WaitSet(*record, there).remove(thread)) {
    // Nobody has run since the removal, so the thread finds this when it sees that it was removed.
    posix_thread(thread).cancellation.taken_out = true;
  }
}

}  // namespace

void act_on_cancellation(const char* call, std::uintptr_t caller) {
  if (!cancellation_in_use() || !is_enabled(my_posix_thread())) return;
  const Value value = load(cancellation_of(runtime::self()), Order::acquire, site_of_mine(call, caller));
  if ((value & requested) != 0) end_cancelled();
}

void end_cancelled() { unwind_and_exit(PTHREAD_CANCELED); }

CancellableWait::CancellableWait(const CallSite& site) : site_(site) {
  if (!cancellation_in_use()) return;
  PosixThread& me = my_posix_thread();
  if (!is_enabled(me)) return;
  me.cancellation.taken_out = false;
  const Value old = modify(cancellation_of(runtime::self()), publish, site.object, Order::acq_rel,
                           Order::acquire, site_of_mine(site.call, site.pc));
  due_ = (old & requested) != 0;
  published_ = !due_;
}

bool CancellableWait::end() {
  if (!published_) return due_;
  published_ = false;
  const Value old = modify(cancellation_of(runtime::self()), withdraw, 0, Order::acq_rel, Order::acquire,
                           site_of_mine(site_.call, site_.pc));
  taken_out_ = my_posix_thread().cancellation.taken_out;
  return (old & requested) != 0;
}

}  // namespace heddle::frontend

using namespace heddle;
using namespace heddle::frontend;

HEDDLE_INTERCEPT int pthread_cancel(pthread_t thread) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cancel)(thread);
  runtime::forget_all();
  const ThreadId target = runtime::thread_of(thread);
  if (target == kernel::no_thread) return ESRCH;
  const CallSite at = {"pthread_cancel", thread, HEDDLE_CALLER_PC, ObjectKind::thread};
  const Value old = modify(cancellation_of(target), request, 0, Order::acq_rel, Order::relaxed, at);
  if ((old & requested) == 0 && old != 0) wake(target, old >> 1, at);
  return 0;
}

// By which cancel_use.cpp finds the function.
extern "C" __attribute__((alias("pthread_cancel"), visibility("hidden"))) int heddle_pthread_cancel(
    pthread_t thread);

HEDDLE_INTERCEPT void pthread_testcancel() {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_testcancel)();
  act_on_cancellation("pthread_testcancel", HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT int pthread_setcancelstate(int state, int* old_state) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setcancelstate)(state, old_state);
  if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
  Cancellation& mine = my_posix_thread().cancellation;
  if (old_state != nullptr) *old_state = mine.disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
  mine.disabled = state == PTHREAD_CANCEL_DISABLE;
  return 0;
}

HEDDLE_INTERCEPT int pthread_setcanceltype(int type, int* old_type) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setcanceltype)(type, old_type);
  if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) return EINVAL;
  Cancellation& mine = my_posix_thread().cancellation;
  if (old_type != nullptr)
    *old_type = mine.asynchronous ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
  mine.asynchronous = type == PTHREAD_CANCEL_ASYNCHRONOUS;
  return 0;
}
