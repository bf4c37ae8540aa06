// Threads count themselves out of a shared record in the destructor of a thread-specific key.
// Main joins the thread, and so its destructors, before it frees the record.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>

struct record {
  int threads;
};
static pthread_key_t key;
static sem_t done;
static struct record* record;

static void leave(void* value) { ((struct record*)value)->threads -= 1; }

static void* work(void* unused) {
  (void)unused;
  record->threads += 1;
  pthread_setspecific(key, record);
  sem_post(&done);
  return NULL;
}

int main(void) {
  sem_init(&done, 0, 0);
  pthread_key_create(&key, leave);
  record = calloc(1, sizeof *record);
  assert(record != NULL);
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  sem_wait(&done);
  pthread_join(worker, NULL);
  assert(record->threads == 0);
  free(record);
  pthread_key_delete(key);
  sem_destroy(&done);
  return 0;
}
