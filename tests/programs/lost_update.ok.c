// Two C11 threads count with an atomic counter.
// atomic_fetch_add is one step.
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <threads.h>

static atomic_int counter;

static int count(void* unused) {
  (void)unused;
  atomic_fetch_add(&counter, 1);
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
