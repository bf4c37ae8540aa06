// Every kind of mutex, and what each call answers.
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <time.h>

static pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t adaptive = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t robust;

static struct timespec in_one_second(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += 1;
  return time;
}

// Main holds all but `adaptive`.
static void* find_them_locked(void* unused) {
  (void)unused;
  assert(pthread_mutex_trylock(&normal) == EBUSY);
  assert(pthread_mutex_trylock(&recursive) == EBUSY);
  assert(pthread_mutex_unlock(&checking) == EPERM);
  struct timespec time = in_one_second(CLOCK_REALTIME);
  assert(pthread_mutex_timedlock(&normal, &time) == ETIMEDOUT);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  assert(now.tv_sec > time.tv_sec || (now.tv_sec == time.tv_sec && now.tv_nsec >= time.tv_nsec));
  time = in_one_second(CLOCK_MONOTONIC);
  assert(pthread_mutex_clocklock(&normal, CLOCK_MONOTONIC, &time) == ETIMEDOUT);
  const struct timespec past = {0, 0}, invalid = {0, -1};
  assert(pthread_mutex_timedlock(&normal, &past) == ETIMEDOUT);
  assert(pthread_mutex_timedlock(&normal, &invalid) == EINVAL);
  return NULL;
}

static void* end_holding_it(void* unused) {
  pthread_mutex_lock(&robust);
  return unused;
}

static void in_another_thread(void* (*entry)(void*)) {
  pthread_t thread;
  pthread_create(&thread, NULL, entry, NULL);
  pthread_join(thread, NULL);
}

static void check_robust(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &attributes);
  in_another_thread(end_holding_it);
  assert(pthread_mutex_lock(&robust) == EOWNERDEAD);
  assert(pthread_mutex_consistent(&robust) == 0);
  assert(pthread_mutex_consistent(&robust) == EINVAL);
  pthread_mutex_unlock(&robust);
  assert(pthread_mutex_lock(&robust) == 0);
  pthread_mutex_unlock(&robust);
  in_another_thread(end_holding_it);
  assert(pthread_mutex_trylock(&robust) == EOWNERDEAD);
  pthread_mutex_unlock(&robust);
  assert(pthread_mutex_lock(&robust) == ENOTRECOVERABLE);
  assert(pthread_mutex_trylock(&robust) == ENOTRECOVERABLE);
}

// One place on the stack holds one object after the other, with and without init and destroy.
static void reuse_memory(void) {
  for (int i = 0; i < 2; ++i) {
    pthread_mutex_t made;
    pthread_mutex_init(&made, NULL);
    pthread_mutex_lock(&made);
    pthread_mutex_unlock(&made);
    pthread_mutex_destroy(&made);
    pthread_mutex_t set = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&set);
    pthread_mutex_unlock(&set);
    pthread_mutex_destroy(&set);
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    pthread_cond_signal(&condition);
    pthread_cond_destroy(&condition);
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_destroy(&lock);
  }
}

int main(void) {
  const struct timespec second = {1, 0};
  for (int i = 0; i < 3; ++i) assert(pthread_mutex_lock(&recursive) == 0);
  assert(pthread_mutex_trylock(&recursive) == 0);
  assert(pthread_mutex_lock(&normal) == 0);
  assert(pthread_mutex_trylock(&normal) == EBUSY);
  assert(pthread_mutex_lock(&checking) == 0);
  assert(pthread_mutex_lock(&checking) == EDEADLK);
  assert(pthread_mutex_timedlock(&checking, &second) == EDEADLK);
  in_another_thread(find_them_locked);
  for (int i = 0; i < 4; ++i) assert(pthread_mutex_unlock(&recursive) == 0);
  assert(pthread_mutex_unlock(&normal) == 0);
  assert(pthread_mutex_unlock(&checking) == 0);
  assert(pthread_mutex_unlock(&checking) == EPERM);
  assert(pthread_mutex_lock(&adaptive) == 0);
  assert(pthread_mutex_unlock(&adaptive) == 0);
  check_robust();
  reuse_memory();
  return 0;
}
