// N threads try to replace one value by another by compare-exchange, and load.
#include "run.h"
atomic_int x;
int seen[N];
void set_up(void) { atomic_init(&x, 0); }
void thread(int me) {
  int expected = me / 2;
  atomic_compare_exchange_strong_explicit(&x, &expected, me + 1, memory_order_acq_rel, memory_order_acquire);
  seen[me] = atomic_load_explicit(&x, memory_order_acquire);
}
RUN(N)
