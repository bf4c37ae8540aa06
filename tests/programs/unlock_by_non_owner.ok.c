// Main keeps a device busy until a worker has finished with it.
// A semaphore has no owner: any thread may post it.
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t idle;
static int result;

static void* use_device(void* unused) {
  (void)unused;
  result = 7;
  const int error = sem_post(&idle);
  assert(error == 0);
  return NULL;
}

int main(void) {
  sem_init(&idle, 0, 0);
  pthread_t worker;
  pthread_create(&worker, NULL, use_device, NULL);
  sem_wait(&idle);
  assert(result == 7);
  pthread_join(worker, NULL);
  sem_destroy(&idle);
  return 0;
}
