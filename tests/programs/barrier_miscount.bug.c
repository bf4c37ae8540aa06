// Three threads each compute a part, meet at a barrier, and then read all the parts.
// Bug: the barrier waits for four threads (main was counted too, but does not wait): nobody ever passes.
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

enum { workers = 3 };
static pthread_barrier_t barrier;
static int numbers[workers] = {0, 1, 2};
static int parts[workers];

static void* work(void* argument) {
  const int number = *(const int*)argument;
  parts[number] = number + 1;
  pthread_barrier_wait(&barrier);
  assert(parts[0] + parts[1] + parts[2] == 6);
  return NULL;
}

int main(void) {
  pthread_t threads[workers];
  pthread_barrier_init(&barrier, NULL, workers + 1);
  for (int i = 0; i < workers; ++i) pthread_create(&threads[i], NULL, work, &numbers[i]);
  for (int i = 0; i < workers; ++i) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&barrier);
  return 0;
}
