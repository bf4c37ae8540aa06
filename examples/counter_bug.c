// Two threads add to one counter without a lock: an increment is a read and a write, and one of them may be
// lost.
#include <pthread.h>
#include <stddef.h>

static int counter;

static void* add_one(void* unused) {
  (void)unused;
  counter++;
  return NULL;
}

int main(void) {
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, add_one, NULL);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  return 0;
}
