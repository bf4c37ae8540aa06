// Races before the threads' first operations: which of them come first decides what is read, so threads must
// start at the same places whenever a graph is repeated, and where a token replays it.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct cell {
  int plain;
};
static struct cell* cell;
static atomic_int order;

static void* first(void* unused) {
  atomic_load_explicit(&order, memory_order_relaxed);
  cell->plain = 7;
  atomic_store_explicit(&order, 1, memory_order_relaxed);
  return unused;
}

static void* second(void* unused) {
  const int got = cell->plain;  // before any operation
  atomic_load_explicit(&order, memory_order_relaxed);
  atomic_store_explicit(&order, got + 2, memory_order_relaxed);
  return unused;
}

int main(void) {
  pthread_t threads[3];
  cell = calloc(1, sizeof *cell);
  pthread_create(&threads[0], NULL, first, NULL);
  pthread_create(&threads[1], NULL, second, NULL);
  pthread_create(&threads[2], NULL, second, NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  free(cell);
  return 0;
}
