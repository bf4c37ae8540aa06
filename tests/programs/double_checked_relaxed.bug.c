// Double-checked locking: a settings object is made on first use.
// Bug: the pointer is stored and loaded relaxed, so its fields may be read before they were written.
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <threads.h>

struct settings {
  int size;
};
static struct settings storage;
static struct settings* _Atomic current;
static mtx_t mutex;

static const struct settings* get(void) {
  struct settings* settings = atomic_load_explicit(&current, memory_order_relaxed);
  if (settings == NULL) {
    mtx_lock(&mutex);
    settings = atomic_load_explicit(&current, memory_order_relaxed);
    if (settings == NULL) {
      storage.size = 8;
      settings = &storage;
      atomic_store_explicit(&current, settings, memory_order_relaxed);
    }
    mtx_unlock(&mutex);
  }
  return settings;
}

static int use(void* unused) {
  (void)unused;
  assert(get()->size == 8);
  return 0;
}

int main(void) {
  mtx_init(&mutex, mtx_plain);
  thrd_t first, second;
  thrd_create(&first, use, NULL);
  thrd_create(&second, use, NULL);
  thrd_join(first, NULL);
  thrd_join(second, NULL);
  mtx_destroy(&mutex);
  return 0;
}
