// A worker runs until main tells it to stop.
// Bug: the flag is a plain int: a data race, and the compiler may read it once and loop for ever.
#include <pthread.h>
#include <sched.h>
#include <stddef.h>

static int stop;

static void* work(void* unused) {
  (void)unused;
  while (!stop) {
  }
  return NULL;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  stop = 1;
  pthread_join(worker, NULL);
  return 0;
}
