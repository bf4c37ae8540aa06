// N threads meet at a barrier PHASES times; what they do with what the wait returns is the third argument:
// `ignored`, `compared` with the two results it may have, or `counted`. A fourth: twice as many threads as
// parties.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { most = 8 };

static pthread_barrier_t barrier;
static int phases;
static int last[most];

static void* ignore(void* unused) {
  for (int i = 0; i < phases; ++i) pthread_barrier_wait(&barrier);
  return unused;
}

static void* compare(void* unused) {
  for (int i = 0; i < phases; ++i) {
    const int result = pthread_barrier_wait(&barrier);
    if (result != 0 && result != PTHREAD_BARRIER_SERIAL_THREAD) abort();
  }
  return unused;
}

static void* count(void* unused) {
  for (int i = 0; i < phases; ++i) {
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) ++last[i];
  }
  return unused;
}

int main(int argc, char** argv) {
  const int parties = atoi(argv[1]);
  const int threads = parties + (argc > 4 ? parties : 0);
  pthread_t all[2 * most];
  void* (*meet)(void*) = strcmp(argv[3], "ignored") == 0    ? ignore
                         : strcmp(argv[3], "compared") == 0 ? compare
                                                            : count;
  phases = atoi(argv[2]);
  pthread_barrier_init(&barrier, NULL, (unsigned)parties);
  for (int i = 0; i < threads; ++i) pthread_create(&all[i], NULL, meet, NULL);
  for (int i = 0; i < threads; ++i) pthread_join(all[i], NULL);
  for (int i = 0; i < phases; ++i) {
    if (meet == count && last[i] != threads / parties) abort();
  }
  pthread_barrier_destroy(&barrier);
  return 0;
}
