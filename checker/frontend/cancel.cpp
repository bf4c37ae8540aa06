#include "checker/frontend/cancel.hpp"

#include <pthread.h>

#include <cerrno>

#include "checker/frontend/thread_exit.hpp"

namespace heddle::frontend {
namespace {

using kernel::Updated;

// The location a request is stored to.
ObjectRecord& request_of(ThreadId thread) {
  return runtime::object(reinterpret_cast<std::uintptr_t>(&runtime::thread_at(thread)), ObjectKind::custom);
}

Updated poke(Value old, Value thread, Value) {
  return {old | poke_mark(static_cast<ThreadId>(thread)), true};
}

void poke_location(const ObjectRecord& record, ThreadId thread, const CallSite& site) {
  modify(record, poke, thread, Order::acq_rel, Order::relaxed, site);
}

void wake(ThreadId thread, const CallSite& site) {
  Cancellation& target = posix_thread(thread).cancellation;
  if (target.disabled) return;
  switch (target.blocked) {
    case Cancellation::Blocked::no:
      return;
    case Cancellation::Blocked::in_wait_set: {
      const CallSite set_site = {site.call, target.record->address, site.pc, target.record->kind};
      if (WaitSet(*target.record, set_site).remove(thread)) target.woken = true;
      return;
    }
    case Cancellation::Blocked::in_semaphore:
      poke_location(*target.record, thread,
                    {site.call, target.record->address, site.pc, target.record->kind});
      return;
    case Cancellation::Blocked::in_join: {
      ObjectRecord exit = {};
      exit.location = runtime::exit_location(target.joining);
      poke_location(exit, thread, site);
      return;
    }
  }
}

}  // namespace

bool is_cancelled() {
  const PosixThread& me = my_posix_thread();
  return me.cancellation.requested && !me.cancellation.disabled && !me.ending;
}

void act_on_cancellation() {
  if (is_cancelled()) [[unlikely]]
    end_cancelled();
}

void end_cancelled() { unwind_and_exit(PTHREAD_CANCELED); }

}  // namespace heddle::frontend

namespace {

using namespace heddle;
using namespace heddle::frontend;

CallSite site(const char* call, pthread_t thread, std::uintptr_t caller) {
  return {call, thread, caller, ObjectKind::thread};
}

}  // namespace

HEDDLE_INTERCEPT int pthread_cancel(pthread_t thread) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_cancel)(thread);
  const ThreadId target = runtime::thread_of(thread);
  if (target == kernel::no_thread) return ESRCH;
  if (runtime::thread_at(target).exited) return 0;
  const CallSite at = site("pthread_cancel", thread, HEDDLE_CALLER_PC);
  store(request_of(target), 1, Order::release, at);
  posix_thread(target).cancellation.requested = true;
  if (target != runtime::self()) wake(target, at);
  return 0;
}

HEDDLE_INTERCEPT void pthread_testcancel() {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_testcancel)();
  PosixThread& me = my_posix_thread();
  if (me.cancellation.disabled || me.ending) return;
  const CallSite at = site("pthread_testcancel", runtime::handle_of(runtime::self()), HEDDLE_CALLER_PC);
  if (load(request_of(runtime::self()), Order::acquire, at) != 0) end_cancelled();
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
