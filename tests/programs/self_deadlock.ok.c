// A worker logs while it holds the lock that the log function takes too, once logging is switched on.
// The mutex is recursive: its owner may lock it again.
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_mutex_t mutex;
static atomic_int verbose;
static int lines, jobs;

static void log_line(void) {
  pthread_mutex_lock(&mutex);
  ++lines;
  pthread_mutex_unlock(&mutex);
}

static void* work(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  ++jobs;
  if (atomic_load(&verbose)) log_line();
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);

  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  atomic_store(&verbose, 1);
  pthread_join(worker, NULL);
  assert(jobs == 1 && lines <= 1);
  pthread_mutex_destroy(&mutex);
  return 0;
}
