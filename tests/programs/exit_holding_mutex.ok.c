// A worker takes from a stock under a mutex and gives up when the stock is empty; main refills it.
// The worker unlocks on every path.
#include <assert.h>
#include <stddef.h>
#include <threads.h>

static mtx_t mutex;
static int stock;

static int take(void* unused) {
  (void)unused;
  mtx_lock(&mutex);
  if (stock == 0) {
    mtx_unlock(&mutex);
    thrd_exit(1);
  }
  --stock;
  mtx_unlock(&mutex);
  return 0;
}

int main(void) {
  mtx_init(&mutex, mtx_plain);
  thrd_t worker;
  thrd_create(&worker, take, NULL);
  mtx_lock(&mutex);
  ++stock;
  mtx_unlock(&mutex);
  int gave_up = 0;
  thrd_join(worker, &gave_up);
  assert(stock == gave_up);
  mtx_destroy(&mutex);
  return 0;
}
