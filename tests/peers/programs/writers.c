// N threads store different values, one loads.
#include "run.h"
atomic_int x;
int seen;
void set_up(void) { atomic_init(&x, 0); }
void thread(int me) {
  if (me == N) {
    seen = atomic_load_explicit(&x, memory_order_relaxed);
  } else {
    atomic_store_explicit(&x, me + 1, memory_order_relaxed);
  }
}
RUN(N + 1)
