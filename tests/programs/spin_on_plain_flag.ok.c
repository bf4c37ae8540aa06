// A worker runs until main tells it to stop.
// The flag is atomic, and is read again in every turn of the loop.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int stop;

static void* work(void* unused) {
  (void)unused;
  while (!atomic_load(&stop)) sched_yield();
  return NULL;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  atomic_store(&stop, 1);
  pthread_join(worker, NULL);
  return 0;
}
