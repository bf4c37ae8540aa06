// Two consumers wait for items that one producer makes.
// Bug: `if` instead of `while`: between the signal and the wake-up the other consumer takes the item.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static void* consume(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  if (items == 0) pthread_cond_wait(&filled, &mutex);
  assert(items > 0);
  --items;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void* produce(void* unused) {
  (void)unused;
  for (int i = 0; i < 2; ++i) {
    pthread_mutex_lock(&mutex);
    ++items;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

int main(void) {
  pthread_t first, second, producer;
  pthread_create(&first, NULL, consume, NULL);
  pthread_create(&second, NULL, consume, NULL);
  pthread_create(&producer, NULL, produce, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  pthread_join(producer, NULL);
  assert(items == 0);
  return 0;
}
