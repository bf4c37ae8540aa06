/* A loop that the search meets late, and an estimate before. All executions observe something. */
#include <heddle/check.h>
#include <pthread.h>
#include <stdatomic.h>

enum { writers = 3 };
static atomic_int x, waiting, go;

static void* write(void* unused) {
  for (int i = 0; i < 3; ++i) atomic_fetch_add(&x, 1);
  return unused;
}

static void* wait(void* unused) {
  atomic_store(&waiting, 1);
  const int seen = atomic_load_explicit(&x, memory_order_relaxed);
  if (seen == 0) {
    while (atomic_load(&go) == 0) {
    }
  }
  heddle_observe(seen == 0 ? "none" : "some");
  return unused;
}

int main(void) {
  pthread_t threads[writers + 1];
  for (int i = 0; i < writers; ++i) pthread_create(&threads[i], NULL, write, NULL);
  pthread_create(&threads[writers], NULL, wait, NULL);
  atomic_store(&go, 1);
  for (int i = 0; i <= writers; ++i) pthread_join(threads[i], NULL);
  return 0;
}
