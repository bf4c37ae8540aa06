// A starter thread hands a request to a detached thread, and ends.
// Bug: the request lives on the starter's stack, which may be gone when the detached thread reads it.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

struct request {
  int number;
};
static sem_t served;
static int answer;

static void* serve(void* argument) {
  const struct request* request = argument;
  answer = request->number + 1;
  sem_post(&served);
  return NULL;
}

static void* start(void* unused) {
  (void)unused;
  struct request request = {41};
  pthread_t server;
  pthread_create(&server, NULL, serve, &request);
  pthread_detach(server);
  return NULL;
}

int main(void) {
  sem_init(&served, 0, 0);
  pthread_t starter;
  pthread_create(&starter, NULL, start, NULL);
  pthread_join(starter, NULL);
  sem_wait(&served);
  assert(answer == 42);
  return 0;
}
