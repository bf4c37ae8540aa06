// More waiters than fit one word of a wait set: all are woken by a broadcast, one by each signal.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

enum { threads = 100 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int waiting, passed, tickets;

static void* wait_twice(void* unused) {
  pthread_mutex_lock(&mutex);
  if (++waiting == threads) pthread_cond_signal(&arrived);
  while (tickets == 0) pthread_cond_wait(&opened, &mutex);
  --tickets;
  ++passed;
  pthread_cond_signal(&arrived);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t all[threads];
  for (int i = 0; i < threads; ++i) pthread_create(&all[i], NULL, wait_twice, NULL);
  pthread_mutex_lock(&mutex);
  while (waiting < threads) pthread_cond_wait(&arrived, &mutex);
  for (int i = 0; i < 3; ++i) {
    ++tickets;
    pthread_cond_signal(&opened);
    while (passed <= i) pthread_cond_wait(&arrived, &mutex);
  }
  tickets = threads - 3;
  pthread_cond_broadcast(&opened);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < threads; ++i) pthread_join(all[i], NULL);
  assert(passed == threads && tickets == 0);
  return 0;
}
