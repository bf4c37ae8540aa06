// N independent pairs of threads, each of which stores to one location and loads the other.
#include "run.h"
atomic_int x[2 * N];
int seen[2 * N];
void set_up(void) {
  for (int i = 0; i < 2 * N; ++i) atomic_init(&x[i], 0);
}
void thread(int me) {
  atomic_store_explicit(&x[me], 1, memory_order_relaxed);
  seen[me] = atomic_load_explicit(&x[me ^ 1], memory_order_relaxed);
}
RUN(2 * N)
