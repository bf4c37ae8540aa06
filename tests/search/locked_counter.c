// `locked_counter THREADS CRITICAL_SECTIONS [wrong]`: threads count under a mutex, each several times, and
// look at a relaxed flag that some of them set. With `wrong` the last one forgets the mutex at its last step,
// and asserts what it cannot know.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int flag;
static int count;
static int threads;
static int sections;
static int wrong;

static void* run(void* argument) {
  const int me = (int)(intptr_t)argument;
  for (int i = 0; i < sections; ++i) {
    pthread_mutex_lock(&mutex);
    ++count;
    pthread_mutex_unlock(&mutex);
  }
  if (me % 2 == 0) {
    atomic_store_explicit(&flag, me + 1, memory_order_relaxed);
  } else {
    const int seen = atomic_load_explicit(&flag, memory_order_relaxed);
    if (wrong && me == threads - 1) assert(seen != 1);
  }
  return 0;
}

int main(int argc, char** argv) {
  threads = atoi(argv[1]);
  sections = atoi(argv[2]);
  wrong = argc > 3 && strcmp(argv[3], "wrong") == 0;
  pthread_t ids[8];
  for (int i = 0; i < threads; ++i) pthread_create(&ids[i], 0, run, (void*)(intptr_t)i);
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], 0);
  assert(count == threads * sections);
  return 0;
}
