// A worker fills in a job on the heap and reports it; main takes the result and frees the job.
// Main frees the job only after the worker has ended.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>

struct job {
  int number, result;
};
static sem_t reported;
static int last_job;

static void* work(void* argument) {
  struct job* job = argument;
  job->result = 2 * job->number;
  sem_post(&reported);
  last_job = job->number;
  return NULL;
}

int main(void) {
  sem_init(&reported, 0, 0);
  struct job* job = malloc(sizeof *job);
  assert(job != NULL);
  job->number = 21;
  pthread_t worker;
  pthread_create(&worker, NULL, work, job);
  sem_wait(&reported);
  assert(job->result == 42);
  pthread_join(worker, NULL);
  free(job);
  assert(last_job == 21);
  sem_destroy(&reported);
  return 0;
}
