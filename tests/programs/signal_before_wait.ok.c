// One thread waits for a signal from another.
// A flag remembers that the signal was sent.
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t started = PTHREAD_COND_INITIALIZER;
static int has_started;

static void* start(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  has_started = 1;
  pthread_cond_signal(&started);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t starter;
  pthread_create(&starter, NULL, start, NULL);
  pthread_mutex_lock(&mutex);
  while (!has_started) pthread_cond_wait(&started, &mutex);
  pthread_mutex_unlock(&mutex);
  pthread_join(starter, NULL);
  return 0;
}
