// Two threads count events.
// Bug: ++counter is not atomic and nothing orders the two threads: a data race, and lost counts.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static int counter;

static void* count(void* unused) {
  (void)unused;
  for (int i = 0; i < 2; ++i) {
    ++counter;
  }
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, count, NULL);
  pthread_create(&second, NULL, count, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  assert(counter == 4);
  return 0;
}
