// One wrong use of a synchronisation object for each argument; with `fine_` in front, a right use that looks
// alike.
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       c = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static sem_t semaphore;
static pthread_t thread, second_thread;
static atomic_int flag;
static pthread_mutex_t* made;

static void start(void* (*entry)(void*)) { assert(pthread_create(&thread, NULL, entry, NULL) == 0); }
static void start_second(void* (*entry)(void*)) {
  assert(pthread_create(&second_thread, NULL, entry, NULL) == 0);
}
static void join(void) { assert(pthread_join(thread, NULL) == 0); }
static void join_both(void) {
  join();
  assert(pthread_join(second_thread, NULL) == 0);
}

static void* nothing(void* unused) { return unused; }
static void* lock_a(void* unused) {
  pthread_mutex_lock(&a);
  return unused;
}
static void* wait_with_a(void* unused) {
  pthread_mutex_lock(&a);
  pthread_cond_wait(&condition, &a);
  pthread_mutex_unlock(&a);
  return unused;
}
static void* wait_with_b(void* unused) {
  pthread_mutex_lock(&b);
  pthread_cond_wait(&condition, &b);
  pthread_mutex_unlock(&b);
  return unused;
}
static void* arrive(void* unused) {
  pthread_barrier_wait(&barrier);
  return unused;
}
static void* detach_myself(void* unused) {
  pthread_detach(pthread_self());
  atomic_store(&flag, 1);
  return unused;
}
static void* lock_made(void* unused) {
  if (made != NULL) {
    pthread_mutex_lock(made);
    pthread_mutex_unlock(made);
  }
  return unused;
}
static void nested(pthread_mutex_t* outer, pthread_mutex_t* inner) {
  pthread_mutex_lock(outer);
  pthread_mutex_lock(inner);
  pthread_mutex_unlock(inner);
  pthread_mutex_unlock(outer);
}
static void* a_then_b(void* unused) {
  nested(&a, &b);
  return unused;
}
static void* b_then_a(void* unused) {
  nested(&b, &a);
  return unused;
}
static void* a_then_b_in_c(void* unused) {
  pthread_mutex_lock(&c);
  nested(&a, &b);
  pthread_mutex_unlock(&c);
  return unused;
}
static void* b_then_a_in_c(void* unused) {
  pthread_mutex_lock(&c);
  nested(&b, &a);
  pthread_mutex_unlock(&c);
  return unused;
}
static void* a_then_b_with_permit(void* unused) {
  sem_wait(&semaphore);
  nested(&a, &b);
  sem_post(&semaphore);
  return unused;
}
static void* b_then_a_with_permit(void* unused) {
  sem_wait(&semaphore);
  nested(&b, &a);
  sem_post(&semaphore);
  return unused;
}
// Does nothing unless the other thread is through, so that the two never meet.
static void* b_then_a_later(void* unused) {
  if (atomic_load(&flag)) nested(&b, &a);
  return unused;
}
static void* a_then_b_first(void* unused) {
  nested(&a, &b);
  atomic_store(&flag, 1);
  return unused;
}
// Only one thread of each execution takes both locks.
static void* a_then_b_if_first(void* unused) {
  if (atomic_exchange(&flag, 1) == 0) nested(&a, &b);
  return unused;
}
static void* b_then_a_if_first(void* unused) {
  if (atomic_exchange(&flag, 1) == 0) nested(&b, &a);
  return unused;
}
static void* read_a_then_lock_a(void* unused) {
  pthread_rwlock_rdlock(&lock);
  pthread_mutex_lock(&a);
  pthread_mutex_unlock(&a);
  pthread_rwlock_unlock(&lock);
  return unused;
}
static void run_once_again(void) { pthread_once(&once, run_once_again); }
static void* tick(void* unused) {
  for (int i = 0; i < 1000; ++i) sched_yield();
  return unused;
}

struct misuse {
  const char* name;
  void (*run)(void);
};

#define CASE(name) static void name(void)

CASE(unlock_free) { pthread_mutex_unlock(&a); }
CASE(unlock_other) {
  start(lock_a);
  join();
  pthread_mutex_unlock(&a);
}
CASE(unlock_recursive_twice) {
  pthread_mutex_lock(&recursive);
  pthread_mutex_unlock(&recursive);
  pthread_mutex_unlock(&recursive);
}
CASE(unlock_read_lock_twice) {
  pthread_rwlock_rdlock(&lock);
  pthread_rwlock_unlock(&lock);
  pthread_rwlock_unlock(&lock);
}
CASE(unlock_free_spin_lock) {
  pthread_spin_init(&spin, 0);
  pthread_spin_unlock(&spin);
}
CASE(wait_without_lock) { pthread_cond_wait(&condition, &a); }
CASE(wait_with_two_mutexes) {
  start(wait_with_a);
  start_second(wait_with_b);
  for (int i = 0; i < 10; ++i) pthread_cond_broadcast(&condition);
}
CASE(destroy_held) {
  pthread_mutex_lock(&a);
  pthread_mutex_destroy(&a);
}
CASE(destroy_held_by_other) {
  start(lock_a);
  pthread_mutex_destroy(&a);
}
CASE(lock_destroyed) {
  pthread_mutex_destroy(&a);
  pthread_mutex_lock(&a);
}
CASE(read_destroyed) {
  pthread_rwlock_destroy(&lock);
  pthread_rwlock_rdlock(&lock);
}
CASE(signal_destroyed) {
  pthread_cond_destroy(&condition);
  pthread_cond_signal(&condition);
}
CASE(destroy_waited_for) {
  start(wait_with_a);
  pthread_cond_destroy(&condition);
}
CASE(post_destroyed) {
  sem_init(&semaphore, 0, 0);
  sem_destroy(&semaphore);
  sem_post(&semaphore);
}
CASE(destroy_barrier_in_use) {
  pthread_barrier_init(&barrier, NULL, 2);
  start(arrive);
  pthread_barrier_destroy(&barrier);
}
CASE(join_twice) {
  start(nothing);
  join();
  join();
}
CASE(join_myself) { pthread_join(pthread_self(), NULL); }
CASE(join_detached) {
  start(detach_myself);
  while (atomic_load(&flag) == 0) sched_yield();
  join();
}
CASE(detach_twice) {
  start(nothing);
  pthread_detach(thread);
  pthread_detach(thread);
}
CASE(lock_freed) {
  made = malloc(sizeof *made);
  pthread_mutex_init(made, NULL);
  free(made);
  pthread_mutex_lock(made);
}
CASE(init_races_with_lock) {
  static pthread_mutex_t late;
  made = &late;
  start(lock_made);
  pthread_mutex_init(&late, NULL);
  join();
}
CASE(orders_differ) {
  start(a_then_b_first);
  start_second(b_then_a_later);
  join_both();
}
CASE(relock) {
  pthread_mutex_lock(&a);
  pthread_mutex_lock(&a);
}
CASE(cycle_while_others_run) {
  start(a_then_b);
  start_second(b_then_a);
  tick(NULL);
}
CASE(lock_of_an_ended_thread) {
  start(lock_a);
  start_second(tick);
  join();
  pthread_mutex_lock(&a);
}
CASE(once_in_itself) { pthread_once(&once, run_once_again); }
CASE(write_lock_in_read_lock) {
  pthread_rwlock_rdlock(&lock);
  pthread_rwlock_wrlock(&lock);
}

CASE(fine_gate_lock) {
  start(a_then_b_in_c);
  start_second(b_then_a_in_c);
  join_both();
}
CASE(fine_one_after_the_other) {
  nested(&b, &a);
  start(a_then_b);
  join();
  nested(&b, &a);
}
CASE(fine_orders_exclude_each_other) {
  start(a_then_b_if_first);
  start_second(b_then_a_if_first);
  join_both();
}
CASE(fine_read_locks) {
  start(read_a_then_lock_a);
  start_second(read_a_then_lock_a);
  join_both();
}
CASE(fine_semaphore_gate) {
  sem_init(&semaphore, 0, 1);
  start(a_then_b_with_permit);
  start_second(b_then_a_with_permit);
  join_both();
}
// The last use of the mutex is the other thread's unlock.
CASE(fine_destroy_after_last_unlock) {
  made = malloc(sizeof *made);
  pthread_mutex_init(made, NULL);
  start(lock_made);
  pthread_mutex_lock(made);
  pthread_mutex_unlock(made);
  join();
  pthread_mutex_destroy(made);
  free(made);
}
// A timeout ends the cycle of waits.
CASE(fine_timed_cycle) {
  start(lock_a);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  ++soon.tv_sec;
  if (pthread_mutex_timedlock(&a, &soon) == 0) pthread_mutex_unlock(&a);
  join();
}

#define ENTRY(name) \
  { #name, name }
static const struct misuse cases[] = {
    ENTRY(unlock_free),
    ENTRY(unlock_other),
    ENTRY(unlock_recursive_twice),
    ENTRY(unlock_read_lock_twice),
    ENTRY(unlock_free_spin_lock),
    ENTRY(wait_without_lock),
    ENTRY(wait_with_two_mutexes),
    ENTRY(destroy_held),
    ENTRY(destroy_held_by_other),
    ENTRY(lock_destroyed),
    ENTRY(read_destroyed),
    ENTRY(signal_destroyed),
    ENTRY(destroy_waited_for),
    ENTRY(post_destroyed),
    ENTRY(destroy_barrier_in_use),
    ENTRY(join_twice),
    ENTRY(join_myself),
    ENTRY(join_detached),
    ENTRY(detach_twice),
    ENTRY(lock_freed),
    ENTRY(init_races_with_lock),
    ENTRY(orders_differ),
    ENTRY(relock),
    ENTRY(cycle_while_others_run),
    ENTRY(lock_of_an_ended_thread),
    ENTRY(once_in_itself),
    ENTRY(write_lock_in_read_lock),
    ENTRY(fine_gate_lock),
    ENTRY(fine_one_after_the_other),
    ENTRY(fine_orders_exclude_each_other),
    ENTRY(fine_read_locks),
    ENTRY(fine_semaphore_gate),
    ENTRY(fine_destroy_after_last_unlock),
    ENTRY(fine_timed_cycle),
};

int main(int count, char** arguments) {
  for (size_t i = 0; count == 2 && i < sizeof cases / sizeof *cases; ++i) {
    if (strcmp(cases[i].name, arguments[1]) != 0) continue;
    cases[i].run();
    return 0;
  }
  fprintf(stderr, "usage: misuse CASE\n");
  return 2;
}
