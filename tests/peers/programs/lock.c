// N threads count under a lock.
#include "run.h"
LOCK_TYPE lock;
atomic_int x;
void set_up(void) {
  LOCK_INIT(lock);
  atomic_init(&x, 0);
}
void thread(int me) {
  (void)me;
  LOCK(lock);
  atomic_store_explicit(&x, atomic_load_explicit(&x, memory_order_relaxed) + 1, memory_order_relaxed);
  UNLOCK(lock);
}
RUN(N)
