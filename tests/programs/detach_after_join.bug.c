// Main abandons a worker unless it has finished; whoever is last cleans the thread up.
// Bug: with two flags each side may believe that it is last: the thread is both joined and detached.
#include <stdatomic.h>
#include <stddef.h>
#include <threads.h>

static atomic_int finished, abandoned;

static int work(void* unused) {
  (void)unused;
  atomic_store(&finished, 1);
  if (atomic_load(&abandoned)) thrd_detach(thrd_current());
  return 0;
}

int main(void) {
  thrd_t worker;
  thrd_create(&worker, work, NULL);
  atomic_store(&abandoned, 1);
  if (atomic_load(&finished)) thrd_join(worker, NULL);
  return 0;
}
