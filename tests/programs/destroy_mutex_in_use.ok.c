// A worker stores its result under a mutex; main destroys the mutex as soon as the result is there.
// Main looks under the mutex: when it sees the result, the worker has left the mutex for good.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_mutex_t mutex;
static atomic_int done;
static int result;

static void* work(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  result = 42;
  atomic_store(&done, 1);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_mutex_init(&mutex, NULL);
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  pthread_mutex_lock(&mutex);
  const int early = atomic_load(&done);
  pthread_mutex_unlock(&mutex);
  if (early) pthread_mutex_destroy(&mutex);
  pthread_join(worker, NULL);
  if (!early) pthread_mutex_destroy(&mutex);
  assert(result == 42);
  return 0;
}
