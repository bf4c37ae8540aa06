// A producer passes three items to a consumer through a buffer of two.
// Bug: the producer waits only when count > capacity, so it may write one item past the buffer.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

enum { capacity = 2, total = 3 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
static int* buffer;
static int count;

static void* produce(void* unused) {
  (void)unused;
  for (int i = 1; i <= total; ++i) {
    pthread_mutex_lock(&mutex);
    while (count > capacity) pthread_cond_wait(&not_full, &mutex);
    buffer[count++] = i;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

int main(void) {
  buffer = malloc(capacity * sizeof *buffer);
  assert(buffer != NULL);
  pthread_t producer;
  pthread_create(&producer, NULL, produce, NULL);
  int sum = 0;
  for (int i = 0; i < total; ++i) {
    pthread_mutex_lock(&mutex);
    while (count == 0) pthread_cond_wait(&not_empty, &mutex);
    sum += buffer[--count];
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&mutex);
  }
  pthread_join(producer, NULL);
  assert(sum == 6);
  free(buffer);
  return 0;
}
