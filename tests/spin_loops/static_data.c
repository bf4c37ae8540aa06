// A counter under a spin lock of atomics. Its address is nowhere taken, which compilers may think tells them
// that no call of an instrumentation hook changes it.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int lock;
static int data;

static void take(void) {
  int seen;
  do {
    while (atomic_load_explicit(&lock, memory_order_relaxed) != 0) {
    }
    seen = 0;
  } while (!atomic_compare_exchange_strong(&lock, &seen, 1));
}
static void give_back(void) { atomic_store(&lock, 0); }

static void* count_twice(void* unused) {
  take();
  data++;
  give_back();
  take();
  data++;
  give_back();
  return unused;
}

static void* count(void* unused) {
  take();
  data++;
  give_back();
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, count_twice, NULL);
  pthread_create(&b, NULL, count, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  assert(data == 3);
  return 0;
}
