// Two C11 threads count with an atomic counter.
// Bug: an atomic load and an atomic store are not one step: two increments may become one.
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <threads.h>

static atomic_int counter;

static int count(void* unused) {
  (void)unused;
  const int seen = atomic_load(&counter);
  atomic_store(&counter, seen + 1);
  return 0;
}

int main(void) {
  thrd_t first, second;
  thrd_create(&first, count, NULL);
  thrd_create(&second, count, NULL);
  thrd_join(first, NULL);
  thrd_join(second, NULL);
  assert(atomic_load(&counter) == 2);
  return 0;
}
