// Two background threads index a catalogue while main answers requests, and main ends without them.
// The two lock in the same order; whether they finish before main ends does not matter.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_mutex_t names = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t prices = PTHREAD_MUTEX_INITIALIZER;
static atomic_int requests;

static void* index_names(void* unused) {
  (void)unused;
  pthread_mutex_lock(&names);
  pthread_mutex_lock(&prices);
  pthread_mutex_unlock(&prices);
  pthread_mutex_unlock(&names);
  return NULL;
}

static void* index_prices(void* unused) {
  (void)unused;
  pthread_mutex_lock(&names);
  pthread_mutex_lock(&prices);
  pthread_mutex_unlock(&prices);
  pthread_mutex_unlock(&names);
  return NULL;
}

int main(void) {
  pthread_t indexer;
  pthread_create(&indexer, NULL, index_names, NULL);
  pthread_detach(indexer);
  pthread_create(&indexer, NULL, index_prices, NULL);
  pthread_detach(indexer);
  for (int i = 0; i < 8; ++i) atomic_fetch_add(&requests, 1);
  assert(atomic_load(&requests) == 8);
  return 0;
}
