// A producer appends two items to a list while a consumer empties it.
// The producer waits for the lock: no item is lost.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int listed, consumed;

static void* produce(void* unused) {
  (void)unused;
  for (int i = 0; i < 2; ++i) {
    pthread_mutex_lock(&mutex);
    ++listed;
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void* consume(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  consumed += listed;
  listed = 0;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t producer, consumer;
  pthread_create(&producer, NULL, produce, NULL);
  pthread_create(&consumer, NULL, consume, NULL);
  pthread_join(producer, NULL);
  pthread_join(consumer, NULL);
  assert(consumed + listed == 2);
  return 0;
}
