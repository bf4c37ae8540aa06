// N threads increment a counter.
#include "run.h"
atomic_int x;
void set_up(void) { atomic_init(&x, 0); }
void thread(int me) {
  (void)me;
  atomic_fetch_add_explicit(&x, 1, memory_order_relaxed);
}
RUN(N)
