// C11's threads by way of pthreads, as glibc has them: sanitizers know only those (gcc's ThreadSanitizer
// crashes in threads it did not see begin). glibc's types are those of pthreads under other names.
#include <errno.h>
#include <pthread.h>
#include <threads.h>

#include <cstdint>
#include <cstdlib>

#include "stress/runner/real.hpp"

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t));

namespace {

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

pthread_mutex_t* pthread_of(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* pthread_of(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

struct Start {
  thrd_start_t function;
  void* argument;
};

void* run(void* start) {
  const Start given = *static_cast<Start*>(start);
  std::free(start);
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(given.function(given.argument)));
}

}  // namespace

extern "C" {

HEDDLE_PROGRAM_CALLS int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto* const start = static_cast<Start*>(std::malloc(sizeof(Start)));
  if (start == nullptr) return thrd_nomem;
  *start = {function, argument};
  const int error = pthread_create(thread, nullptr, run, start);
  if (error != 0) std::free(start);
  return result_of(error);
}

HEDDLE_PROGRAM_CALLS int thrd_join(thrd_t thread, int* result) {
  void* value = nullptr;
  const int error = pthread_join(thread, &value);
  if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
  return result_of(error);
}

HEDDLE_PROGRAM_CALLS int thrd_detach(thrd_t thread) { return result_of(pthread_detach(thread)); }

HEDDLE_PROGRAM_CALLS void thrd_exit(int result) {
  pthread_exit(reinterpret_cast<void*>(static_cast<std::intptr_t>(result)));
}

HEDDLE_PROGRAM_CALLS int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes,
                            (type & mtx_recursive) != 0 ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
  const int error = pthread_mutex_init(pthread_of(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return result_of(error);
}

HEDDLE_PROGRAM_CALLS void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy(pthread_of(mutex)); }
HEDDLE_PROGRAM_CALLS int mtx_lock(mtx_t* mutex) { return result_of(pthread_mutex_lock(pthread_of(mutex))); }
HEDDLE_PROGRAM_CALLS int mtx_trylock(mtx_t* mutex) {
  return result_of(pthread_mutex_trylock(pthread_of(mutex)));
}
HEDDLE_PROGRAM_CALLS int mtx_unlock(mtx_t* mutex) {
  return result_of(pthread_mutex_unlock(pthread_of(mutex)));
}
HEDDLE_PROGRAM_CALLS int mtx_timedlock(mtx_t* mutex, const timespec* until) {
  return result_of(pthread_mutex_timedlock(pthread_of(mutex), until));
}

HEDDLE_PROGRAM_CALLS int cnd_init(cnd_t* condition) {
  return result_of(pthread_cond_init(pthread_of(condition), nullptr));
}
HEDDLE_PROGRAM_CALLS void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(pthread_of(condition)); }
HEDDLE_PROGRAM_CALLS int cnd_signal(cnd_t* condition) {
  return result_of(pthread_cond_signal(pthread_of(condition)));
}
HEDDLE_PROGRAM_CALLS int cnd_broadcast(cnd_t* condition) {
  return result_of(pthread_cond_broadcast(pthread_of(condition)));
}
HEDDLE_PROGRAM_CALLS int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return result_of(pthread_cond_wait(pthread_of(condition), pthread_of(mutex)));
}
HEDDLE_PROGRAM_CALLS int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return result_of(pthread_cond_timedwait(pthread_of(condition), pthread_of(mutex), until));
}

HEDDLE_PROGRAM_CALLS void call_once(once_flag* flag, void (*function)()) {
  pthread_once(reinterpret_cast<pthread_once_t*>(flag), function);
}

}  // extern "C"
