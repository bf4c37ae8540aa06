// One thread waits until another one says that it is ready.
// The flag changes under the mutex, so not between the waiter's check and its wait.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int ready;

static void* wait_ready(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (!atomic_load(&ready)) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void* set_ready(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  atomic_store(&ready, 1);
  pthread_mutex_unlock(&mutex);
  pthread_cond_signal(&changed);
  return NULL;
}

int main(void) {
  pthread_t waiter, setter;
  pthread_create(&waiter, NULL, wait_ready, NULL);
  pthread_create(&setter, NULL, set_ready, NULL);
  pthread_join(waiter, NULL);
  pthread_join(setter, NULL);
  return 0;
}
