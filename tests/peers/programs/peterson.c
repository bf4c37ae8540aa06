// N rounds of two threads that try to enter Peterson's lock once, without waiting for each other.
#include "run.h"
atomic_int wants[2];
atomic_int turn;
atomic_int inside;
void set_up(void) {
  atomic_init(&wants[0], 0);
  atomic_init(&wants[1], 0);
  atomic_init(&turn, 0);
  atomic_init(&inside, 0);
}
void thread(int me) {
  for (int i = 0; i < N; ++i) {
    atomic_store_explicit(&wants[me], 1, memory_order_seq_cst);
    atomic_store_explicit(&turn, 1 - me, memory_order_seq_cst);
    if (atomic_load_explicit(&wants[1 - me], memory_order_seq_cst) == 0 ||
        atomic_load_explicit(&turn, memory_order_seq_cst) == me) {
      atomic_store_explicit(&inside, me + 1, memory_order_relaxed);
    }
    atomic_store_explicit(&wants[me], 0, memory_order_seq_cst);
  }
}
RUN(2)
