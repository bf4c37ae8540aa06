// Two threads wait for a gate that a third opens.
// cnd_broadcast wakes all of them.
#include <assert.h>
#include <stddef.h>
#include <threads.h>

static mtx_t mutex;
static cnd_t opened;
static int is_open, passed;

static int pass(void* unused) {
  (void)unused;
  mtx_lock(&mutex);
  while (!is_open) cnd_wait(&opened, &mutex);
  ++passed;
  mtx_unlock(&mutex);
  return 0;
}

int main(void) {
  mtx_init(&mutex, mtx_plain);
  cnd_init(&opened);
  thrd_t first, second;
  thrd_create(&first, pass, NULL);
  thrd_create(&second, pass, NULL);
  mtx_lock(&mutex);
  is_open = 1;
  cnd_broadcast(&opened);
  mtx_unlock(&mutex);
  thrd_join(first, NULL);
  thrd_join(second, NULL);
  assert(passed == 2);
  cnd_destroy(&opened);
  mtx_destroy(&mutex);
  return 0;
}
