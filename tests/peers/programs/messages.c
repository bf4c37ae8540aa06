// N threads store to a location of their own and then to a common flag; one loads the flag and what belongs
// to it.
#include "run.h"
atomic_int flag;
atomic_int x[N];
int found;
void set_up(void) {
  atomic_init(&flag, 0);
  for (int i = 0; i < N; ++i) atomic_init(&x[i], 0);
}
void thread(int me) {
  if (me < N) {
    atomic_store_explicit(&x[me], 1, memory_order_relaxed);
    atomic_store_explicit(&flag, me + 1, memory_order_release);
  } else {
    const int seen = atomic_load_explicit(&flag, memory_order_acquire);
    if (seen != 0) found = atomic_load_explicit(&x[seen - 1], memory_order_relaxed);
  }
}
RUN(N + 1)
