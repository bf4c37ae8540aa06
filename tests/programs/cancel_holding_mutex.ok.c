// Main cancels a worker that may be inside its critical section.
// A cleanup handler unlocks the mutex when the thread is cancelled.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int steps;

static void unlock(void* argument) { pthread_mutex_unlock(argument); }

static void* work(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, &mutex);
  ++steps;
  pthread_testcancel();
  ++steps;
  pthread_cleanup_pop(1);
  return NULL;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  pthread_cancel(worker);
  pthread_mutex_lock(&mutex);
  assert(steps <= 2);
  pthread_mutex_unlock(&mutex);
  pthread_join(worker, NULL);
  return 0;
}
