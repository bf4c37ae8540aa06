// One thread stores, N threads load.
#include "run.h"
atomic_int x;
int seen[N + 1];
void set_up(void) { atomic_init(&x, 0); }
void thread(int me) {
  if (me == 0) {
    atomic_store_explicit(&x, 1, memory_order_relaxed);
  } else {
    seen[me] = atomic_load_explicit(&x, memory_order_relaxed);
  }
}
RUN(N + 1)
