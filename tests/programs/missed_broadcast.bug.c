// A one-slot box, filled twice by one thread and emptied once each by two others; they share one condition.
// Bug: signal may wake a thread of the wrong kind, which goes back to sleep, and nobody else: a deadlock.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int full;

static void* fill(void* unused) {
  (void)unused;
  for (int i = 0; i < 2; ++i) {
    pthread_mutex_lock(&mutex);
    while (full) pthread_cond_wait(&changed, &mutex);
    full = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void* empty(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (!full) pthread_cond_wait(&changed, &mutex);
  full = 0;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t producer, first, second;
  pthread_create(&first, NULL, empty, NULL);
  pthread_create(&second, NULL, empty, NULL);
  pthread_create(&producer, NULL, fill, NULL);
  pthread_join(producer, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  assert(!full);
  return 0;
}
