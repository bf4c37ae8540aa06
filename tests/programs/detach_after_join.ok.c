// Main abandons a worker unless it has finished; whoever is last cleans the thread up.
// One exchange decides who is last.
#include <stdatomic.h>
#include <stddef.h>
#include <threads.h>

static atomic_int first_has_passed;

static int work(void* unused) {
  (void)unused;
  if (atomic_exchange(&first_has_passed, 1)) thrd_detach(thrd_current());
  return 0;
}

int main(void) {
  thrd_t worker;
  thrd_create(&worker, work, NULL);
  if (atomic_exchange(&first_has_passed, 1)) thrd_join(worker, NULL);
  return 0;
}
