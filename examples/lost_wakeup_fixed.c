// As lost_wakeup_bug.c, but the test and the wait are one critical section, and the wait is repeated until
// the test holds.
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static bool full;

static void* consume(void* unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  while (!full) pthread_cond_wait(&filled, &lock);
  full = false;
  pthread_mutex_unlock(&lock);
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
