// The consumer looks at `full` under the lock, lets go of the lock, and takes it again to wait. A producer
// that comes in between signals nobody, and the consumer waits for ever.
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static bool full;

static bool is_full(void) {
  pthread_mutex_lock(&lock);
  const bool result = full;
  pthread_mutex_unlock(&lock);
  return result;
}

static void* consume(void* unused) {
  (void)unused;
  if (!is_full()) {
    pthread_mutex_lock(&lock);
    pthread_cond_wait(&filled, &lock);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

static void* produce(void* unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  full = true;
  pthread_cond_signal(&filled);
  pthread_mutex_unlock(&lock);
  return NULL;
}

int main(void) {
  pthread_t consumer, producer;
  pthread_create(&consumer, NULL, consume, NULL);
  pthread_create(&producer, NULL, produce, NULL);
  pthread_join(consumer, NULL);
  pthread_join(producer, NULL);
  return 0;
}
