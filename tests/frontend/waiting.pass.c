// Barriers, spin locks, semaphores and futexes.
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static sem_t done;
static int counter;
static atomic_int last_to_arrive, released;
static atomic_uint word, other_word;

static void arrive(void) {
  const int result = pthread_barrier_wait(&barrier);
  assert(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
  if (result == PTHREAD_BARRIER_SERIAL_THREAD) ++last_to_arrive;
}

static void* count(void* unused) {
  arrive();
  pthread_spin_lock(&spin);
  ++counter;
  pthread_spin_unlock(&spin);
  sem_post(&done);
  return unused;
}

static void count_in_threads(void) {
  pthread_t threads[2];
  pthread_barrier_init(&barrier, NULL, 3);
  pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
  sem_init(&done, 0, 0);
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, count, NULL);
  arrive();
  sem_wait(&done);
  sem_wait(&done);
  pthread_spin_lock(&spin);
  assert(counter == 2);
  assert(pthread_spin_trylock(&spin) == EBUSY);
  pthread_spin_unlock(&spin);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  assert(last_to_arrive == 1);
  assert(pthread_barrier_destroy(&barrier) == 0 && pthread_spin_destroy(&spin) == 0);
}

static void check_empty_semaphore(void) {
  struct timespec time;
  int value = -1;
  assert(sem_getvalue(&done, &value) == 0 && value == 0);
  assert(sem_trywait(&done) == -1 && errno == EAGAIN);
  clock_gettime(CLOCK_REALTIME, &time);
  ++time.tv_sec;
  assert(sem_timedwait(&done, &time) == -1 && errno == ETIMEDOUT);
  clock_gettime(CLOCK_MONOTONIC, &time);
  assert(sem_clockwait(&done, CLOCK_MONOTONIC, &time) == -1 && errno == ETIMEDOUT);
  assert(sem_destroy(&done) == 0);
}

static long futex(atomic_uint* at, int operation, unsigned value, const void* timeout, atomic_uint* second,
                  unsigned third) {
  return syscall(SYS_futex, at, operation, value, timeout, second, third);
}

static void* wait_for_word(void* unused) {
  while (word == 0) futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
  return unused;
}

static void* wait_for_bits(void* bits) {
  while (other_word == 0) {
    const long result = futex(&other_word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, *(unsigned*)bits);
    assert(result == 0 || errno == EAGAIN);
  }
  return NULL;
}

static void* wait_once(void* unused) {
  if (word == 0) futex(&word, FUTEX_WAIT, 0, NULL, NULL, 0);
  ++released;
  return unused;
}

static void check_futexes(void) {
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, wait_for_word, NULL);
  word = 1;
  futex(&word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
  pthread_join(threads[0], NULL);
  const struct timespec second = {1, 0};
  assert(futex(&word, FUTEX_WAIT_PRIVATE, 0, &second, NULL, 0) == -1 && errno == EAGAIN);
  assert(futex(&word, FUTEX_WAIT_PRIVATE, 1, &second, NULL, 0) == -1 && errno == ETIMEDOUT);

  unsigned bits[2] = {1, 2};
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, wait_for_bits, &bits[i]);
  other_word = 1;
  for (int i = 0; i < 2; ++i) futex(&other_word, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, bits[i]);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
}

static void check_requeue(void) {
  pthread_t threads[2];
  word = 0;
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, wait_once, NULL);
  word = 1;
  const long moved = futex(&word, FUTEX_CMP_REQUEUE, 1, (const void*)10, &other_word, 1);
  assert(0 <= moved && moved <= 2);
  assert(futex(&word, FUTEX_CMP_REQUEUE, 1, (const void*)10, &other_word, 7) == -1 && errno == EAGAIN);
  futex(&other_word, FUTEX_WAKE, 10, NULL, NULL, 0);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  assert(released == 2);
}

int main(int count_of_arguments, char** arguments) {
  (void)count_of_arguments;
  switch (arguments[1][0]) {
    case 'c':
      count_in_threads();
      check_empty_semaphore();
      break;
    case 'f':
      check_futexes();
      break;
    default:
      check_requeue();
  }
  return 0;
}
