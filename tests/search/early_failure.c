// The first execution fails before it shows what a search assumes: which threads store nothing, and which
// counters are only counted in.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int counter, first, second;

static void* store(void* unused) {
  atomic_fetch_add(&counter, 1);
  atomic_store(&first, 1);
  atomic_store(&first, 2);
  return unused;
}
static void* check(void* unused) {
  assert(atomic_load(&first) != 2);
  atomic_load(&second);
  return unused;
}
static void* count(void* unused) {
  atomic_fetch_add(&counter, 5);
  atomic_store(&second, 4);
  atomic_load(&first);
  return unused;
}

int main(void) {
  void* (*const entries[])(void*) = {store, check, count};
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, entries[i], NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  return 0;
}
