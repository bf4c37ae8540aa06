// One thread waits for the answer that another computes.
// Bug: the wait is not in a loop: a spurious wake-up lets the waiter read an answer that is not there yet.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t computed = PTHREAD_COND_INITIALIZER;
static int answer;

static void* compute(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  answer = 42;
  pthread_cond_signal(&computed);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, compute, NULL);
  pthread_mutex_lock(&mutex);
  if (answer == 0) pthread_cond_wait(&computed, &mutex);
  assert(answer == 42);
  pthread_mutex_unlock(&mutex);
  pthread_join(worker, NULL);
  return 0;
}
