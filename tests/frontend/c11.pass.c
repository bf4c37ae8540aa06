// <threads.h>.
#include <assert.h>
#include <stddef.h>
#include <threads.h>
#include <time.h>

static mtx_t mutex, nested;
static cnd_t condition;
static once_flag once = ONCE_FLAG_INIT;
static tss_t key;
static int ready, runs, destroyed;

static void run(void) { ++runs; }
static void destroy(void* unused) {
  (void)unused;
  ++destroyed;
}

static int work(void* unused) {
  (void)unused;
  call_once(&once, run);
  assert(tss_set(key, &ready) == thrd_success && tss_get(key) == &ready);
  mtx_lock(&mutex);
  ready = 1;
  cnd_signal(&condition);
  mtx_unlock(&mutex);
  thrd_yield();
  const struct timespec second = {1, 0};
  assert(thrd_sleep(&second, NULL) == 0);
  return 42;
}

static int leave(void* unused) {
  (void)unused;
  thrd_exit(43);
}

int main(void) {
  thrd_t thread;
  int result;
  assert(tss_create(&key, destroy) == thrd_success);
  assert(mtx_init(&mutex, mtx_plain) == thrd_success);
  assert(mtx_init(&nested, mtx_recursive | mtx_timed) == thrd_success);
  assert(cnd_init(&condition) == thrd_success);
  for (int i = 0; i < 2; ++i) assert(mtx_lock(&nested) == thrd_success);
  assert(mtx_trylock(&nested) == thrd_success);
  for (int i = 0; i < 3; ++i) assert(mtx_unlock(&nested) == thrd_success);
  assert(mtx_lock(&mutex) == thrd_success);
  assert(mtx_trylock(&mutex) == thrd_busy);
  thrd_create(&thread, work, NULL);
  call_once(&once, run);
  while (!ready) cnd_wait(&condition, &mutex);
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  ++time.tv_sec;
  assert(cnd_timedwait(&condition, &mutex, &time) == thrd_timedout);
  mtx_unlock(&mutex);
  assert(thrd_join(thread, &result) == thrd_success && result == 42);
  assert(runs == 1 && destroyed == 1);
  thrd_create(&thread, leave, NULL);
  assert(thrd_join(thread, &result) == thrd_success && result == 43);
  cnd_destroy(&condition);
  mtx_destroy(&mutex);
  mtx_destroy(&nested);
  tss_delete(key);
  return 0;
}
