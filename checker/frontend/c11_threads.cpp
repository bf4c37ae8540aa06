// <threads.h>. glibc's types are those of pthread under other names, so the calls are too; only results
// differ.
#include <pthread.h>
#include <threads.h>

#include <cerrno>

#include "checker/frontend/call.hpp"
#include "checker/frontend/condition.hpp"
#include "checker/frontend/deadline.hpp"
#include "checker/frontend/mutex.hpp"
#include "checker/frontend/thread_exit.hpp"
#include "checker/frontend/threads.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

static_assert(sizeof(pthread_mutex_t) == sizeof(mtx_t) && sizeof(pthread_cond_t) == sizeof(cnd_t));

int result_of(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

CallSite mutex_site(const char* call, mtx_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::mutex, caller);
}
CallSite condition_site(const char* call, cnd_t* object, std::uintptr_t caller) {
  return site_of(call, object, ObjectKind::condition, caller);
}
CallSite thread_site(const char* call, thrd_t thread, std::uintptr_t caller) {
  return {call, thread, caller, ObjectKind::thread};
}
pthread_mutex_t* as_pthread(mtx_t* object) { return reinterpret_cast<pthread_mutex_t*>(object); }

// As a pthread entry: the int it returns is the low half of the register that a pointer is returned in.
using Entry = void* (*)(void*);

}  // namespace

HEDDLE_INTERCEPT int thrd_create(thrd_t* thread, thrd_start_t entry, void* argument) {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(thrd_create)(thread, entry, argument);
  return result_of(threads::create(thread, nullptr, reinterpret_cast<Entry>(reinterpret_cast<void*>(entry)),
                                   argument, thread_site("thrd_create", 0, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int thrd_join(thrd_t thread, int* result) {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(thrd_join)(thread, result);
  void* returned = nullptr;
  const int error = threads::join(&returned, thread_site("thrd_join", thread, HEDDLE_CALLER_PC));
  if (error == 0 && result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
  return result_of(error);
}

HEDDLE_INTERCEPT int thrd_detach(thrd_t thread) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(thrd_detach)(thread);
  return result_of(threads::detach(thread_site("thrd_detach", thread, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT void thrd_exit(int result) {
  if (!simulated(HEDDLE_CALLER_PC)) HEDDLE_REAL(thrd_exit)(result);
  unwind_and_exit(reinterpret_cast<void*>(static_cast<std::intptr_t>(result)));
}

HEDDLE_INTERCEPT int thrd_sleep(const timespec* time, timespec* rest) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(thrd_sleep)(time, rest);
  if (!is_valid(*time) || time->tv_sec < 0) return -2;
  runtime::virtual_advance_ns(to_nanoseconds(*time));
  return 0;
}

HEDDLE_INTERCEPT void thrd_yield() {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(thrd_yield)();
  runtime::virtual_advance_ns(0);
}

HEDDLE_INTERCEPT int mtx_init(mtx_t* object, int type) {
  const int result = HEDDLE_REAL(mtx_init)(object, type);
  if (result == thrd_success && simulated(HEDDLE_CALLER_PC)) {
    mutex::create(mutex_site("mtx_init", object, HEDDLE_CALLER_PC));
  }
  return result;
}

HEDDLE_INTERCEPT void mtx_destroy(mtx_t* object) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(mtx_destroy)(object);
  mutex::destroy(mutex_site("mtx_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int mtx_lock(mtx_t* object) {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(mtx_lock)(object);
  return result_of(mutex::lock(mutex_site("mtx_lock", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int mtx_trylock(mtx_t* object) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(mtx_trylock)(object);
  return result_of(mutex::try_lock(mutex_site("mtx_trylock", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int mtx_timedlock(mtx_t* __restrict object, const timespec* __restrict time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(mtx_timedlock)(object, time);
  Deadline deadline;
  if (!make_deadline(CLOCK_REALTIME, *time, deadline)) return thrd_error;
  return result_of(mutex::timed_lock(deadline, mutex_site("mtx_timedlock", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int mtx_unlock(mtx_t* object) {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(mtx_unlock)(object);
  return result_of(mutex::unlock(mutex_site("mtx_unlock", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int cnd_init(cnd_t* object) {
  const int result = HEDDLE_REAL(cnd_init)(object);
  if (result == thrd_success && simulated(HEDDLE_CALLER_PC)) {
    condition::create(condition_site("cnd_init", object, HEDDLE_CALLER_PC));
  }
  return result;
}

HEDDLE_INTERCEPT void cnd_destroy(cnd_t* object) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(cnd_destroy)(object);
  condition::destroy(condition_site("cnd_destroy", object, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int cnd_wait(cnd_t* object, mtx_t* mutex) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(cnd_wait)(object, mutex);
  return result_of(
      condition::wait(as_pthread(mutex), nullptr, condition_site("cnd_wait", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int cnd_timedwait(cnd_t* __restrict object, mtx_t* __restrict mutex,
                                   const timespec* __restrict time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(cnd_timedwait)(object, mutex, time);
  Deadline deadline;
  if (!make_deadline(CLOCK_REALTIME, *time, deadline)) return thrd_error;
  return result_of(condition::wait(as_pthread(mutex), &deadline,
                                   condition_site("cnd_timedwait", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int cnd_signal(cnd_t* object) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(cnd_signal)(object);
  return result_of(condition::signal(condition_site("cnd_signal", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT int cnd_broadcast(cnd_t* object) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(cnd_broadcast)(object);
  return result_of(condition::broadcast(condition_site("cnd_broadcast", object, HEDDLE_CALLER_PC)));
}

HEDDLE_INTERCEPT void call_once(once_flag* flag, void (*routine)()) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(call_once)(flag, routine);
  pthread_once(reinterpret_cast<pthread_once_t*>(flag), routine);
}

HEDDLE_INTERCEPT int tss_create(tss_t* key, tss_dtor_t destructor) {
  return result_of(pthread_key_create(key, destructor));
}

HEDDLE_INTERCEPT void tss_delete(tss_t key) { pthread_key_delete(key); }

HEDDLE_INTERCEPT void* tss_get(tss_t key) { return pthread_getspecific(key); }

HEDDLE_INTERCEPT int tss_set(tss_t key, void* value) { return result_of(pthread_setspecific(key, value)); }
