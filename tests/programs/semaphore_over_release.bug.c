// Three threads take turns in a critical section guarded by a semaphore with one permit.
// Bug: one thread posts twice (once more while cleaning up), so two others may be inside at once.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>

static sem_t permit;
static atomic_int inside;

static void* enter(void* unused) {
  (void)unused;
  sem_wait(&permit);
  const int others = atomic_fetch_add(&inside, 1);
  assert(others == 0);
  atomic_fetch_sub(&inside, 1);
  sem_post(&permit);
  return NULL;
}

static void* enter_and_clean_up(void* unused) {
  enter(unused);
  sem_post(&permit);
  return NULL;
}

int main(void) {
  pthread_t threads[3];
  sem_init(&permit, 0, 1);
  pthread_create(&threads[0], NULL, enter_and_clean_up, NULL);
  pthread_create(&threads[1], NULL, enter, NULL);
  pthread_create(&threads[2], NULL, enter, NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  sem_destroy(&permit);
  return 0;
}
