// The calls by which threads start and wait for each other. Each is disturbed, and each that only another
// thread can end says so while it lasts (stuck.cpp).
#include <pthread.h>
#include <semaphore.h>

#include <cstdlib>

#include "stress/runner/noise.hpp"
#include "stress/runner/real.hpp"
#include "stress/runner/threads.hpp"

HEDDLE_REAL(pthread_create)
HEDDLE_REAL(pthread_join)
HEDDLE_REAL(pthread_mutex_lock)
HEDDLE_REAL(pthread_mutex_trylock)
HEDDLE_REAL(pthread_mutex_unlock)
HEDDLE_REAL(pthread_cond_wait)
HEDDLE_REAL(pthread_cond_signal)
HEDDLE_REAL(pthread_cond_broadcast)
HEDDLE_REAL(pthread_rwlock_rdlock)
HEDDLE_REAL(pthread_rwlock_wrlock)
HEDDLE_REAL(pthread_barrier_wait)
HEDDLE_REAL(sem_wait)
HEDDLE_REAL(sem_post)

namespace {

using heddle::stress::disturb;
using heddle::stress::Thread;

// A call that only another thread can end.
class Blocking {
 public:
  Blocking(const char* call, const void* object, void* caller) : thread_(heddle::stress::this_thread()) {
    disturb(caller);
    if (&__tsan_func_entry != nullptr) __tsan_func_entry(caller);  // else our frame hides the caller's
    set(call, object, caller);
  }
  ~Blocking() {
    set(nullptr, nullptr, nullptr);
    if (&__tsan_func_exit != nullptr) __tsan_func_exit();
  }
  Blocking(const Blocking&) = delete;
  Blocking& operator=(const Blocking&) = delete;

 private:
  void set(const char* call, const void* object, const void* caller) {
    if (thread_ == nullptr) return;
    __atomic_store_n(&thread_->calls, thread_->calls + 1, __ATOMIC_RELAXED);
    thread_->object = object;
    thread_->caller = caller;
    __atomic_store_n(&thread_->call, call, __ATOMIC_RELEASE);
  }

  Thread* const thread_;
};

struct Start {
  void* (*function)(void*);
  void* argument;
  Thread* thread;
};

void leave_thread(void* thread) { heddle::stress::leave(static_cast<Thread*>(thread)); }

void* run(void* start) {
  const Start given = *static_cast<Start*>(start);
  std::free(start);
  heddle::stress::enter(given.thread);
  void* result = nullptr;
  pthread_cleanup_push(leave_thread, given.thread);  // also when it ends by pthread_exit
  disturb();
  result = given.function(given.argument);
  pthread_cleanup_pop(1);
  return result;
}

}  // namespace

extern "C" {

HEDDLE_PROGRAM_CALLS int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                        void* (*function)(void*), void* argument) {
  auto* const start = static_cast<Start*>(std::malloc(sizeof(Start)));
  if (start == nullptr) return real_pthread_create()(thread, attributes, function, argument);
  *start = {function, argument, heddle::stress::new_thread()};
  if (&__tsan_func_entry != nullptr) __tsan_func_entry(__builtin_return_address(0));
  const int error = real_pthread_create()(thread, attributes, run, start);
  if (&__tsan_func_exit != nullptr) __tsan_func_exit();
  if (error != 0) {
    heddle::stress::leave(start->thread);
    std::free(start);
  }
  disturb(__builtin_return_address(0));
  return error;
}

HEDDLE_PROGRAM_CALLS int pthread_join(pthread_t thread, void** result) {
  const Blocking blocking("pthread_join", nullptr, __builtin_return_address(0));
  return real_pthread_join()(thread, result);
}

HEDDLE_PROGRAM_CALLS int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  const Blocking blocking("pthread_mutex_lock", mutex, __builtin_return_address(0));
  return real_pthread_mutex_lock()(mutex);
}

// Not blocking: the call is the last thing done, so that a sanitizer sees our caller as its own.
HEDDLE_PROGRAM_CALLS int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  disturb(__builtin_return_address(0));
  return real_pthread_mutex_trylock()(mutex);
}

HEDDLE_PROGRAM_CALLS int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  disturb(__builtin_return_address(0));
  return real_pthread_mutex_unlock()(mutex);
}

HEDDLE_PROGRAM_CALLS int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  const Blocking blocking("pthread_cond_wait", condition, __builtin_return_address(0));
  return real_pthread_cond_wait()(condition, mutex);
}

HEDDLE_PROGRAM_CALLS int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  disturb(__builtin_return_address(0));
  return real_pthread_cond_signal()(condition);
}

HEDDLE_PROGRAM_CALLS int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  disturb(__builtin_return_address(0));
  return real_pthread_cond_broadcast()(condition);
}

HEDDLE_PROGRAM_CALLS int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  const Blocking blocking("pthread_rwlock_rdlock", lock, __builtin_return_address(0));
  return real_pthread_rwlock_rdlock()(lock);
}

HEDDLE_PROGRAM_CALLS int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  const Blocking blocking("pthread_rwlock_wrlock", lock, __builtin_return_address(0));
  return real_pthread_rwlock_wrlock()(lock);
}

HEDDLE_PROGRAM_CALLS int pthread_barrier_wait(pthread_barrier_t* barrier) noexcept {
  const Blocking blocking("pthread_barrier_wait", barrier, __builtin_return_address(0));
  return real_pthread_barrier_wait()(barrier);
}

HEDDLE_PROGRAM_CALLS int sem_wait(sem_t* semaphore) {
  const Blocking blocking("sem_wait", semaphore, __builtin_return_address(0));
  return real_sem_wait()(semaphore);
}

HEDDLE_PROGRAM_CALLS int sem_post(sem_t* semaphore) noexcept {
  disturb(__builtin_return_address(0));
  return real_sem_post()(semaphore);
}

}  // extern "C"
