// Two threads count under a mutex that they wait for at most a minute.
// A thread that timed out does not enter.
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <threads.h>
#include <time.h>

static mtx_t mutex;
static int counter;
static atomic_int timeouts;

static int count(void* unused) {
  (void)unused;
  struct timespec deadline;
  timespec_get(&deadline, TIME_UTC);
  deadline.tv_sec += 60;
  if (mtx_timedlock(&mutex, &deadline) != thrd_success) {
    atomic_fetch_add(&timeouts, 1);
    return 1;
  }
  ++counter;
  mtx_unlock(&mutex);
  return 0;
}

int main(void) {
  mtx_init(&mutex, mtx_timed);
  thrd_t first, second;
  thrd_create(&first, count, NULL);
  thrd_create(&second, count, NULL);
  thrd_join(first, NULL);
  thrd_join(second, NULL);
  assert(counter + atomic_load(&timeouts) == 2);
  mtx_destroy(&mutex);
  return 0;
}
