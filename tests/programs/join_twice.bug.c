// A worker is joined by whoever comes first: main or a watchdog.
// Bug: looking at the flag and setting it are two steps: both may join the same thread.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_t worker;
static atomic_int joined;
static atomic_int steps;

static void* work(void* unused) {
  (void)unused;
  atomic_fetch_add(&steps, 1);
  return NULL;
}

static void join_worker(void) {
  if (!atomic_load(&joined)) {
    atomic_store(&joined, 1);
    pthread_join(worker, NULL);
  }
}

static void* watch(void* unused) {
  (void)unused;
  join_worker();
  return NULL;
}

int main(void) {
  pthread_t watchdog;
  pthread_create(&worker, NULL, work, NULL);
  pthread_create(&watchdog, NULL, watch, NULL);
  join_worker();
  pthread_join(watchdog, NULL);
  assert(atomic_load(&steps) == 1);
  return 0;
}
