// Main keeps a device busy until a worker has finished with it.
// Bug: the worker unlocks the mutex that main locked; an error-checking mutex refuses with EPERM.
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t busy;
static int result;

static void* use_device(void* unused) {
  (void)unused;
  result = 7;
  const int error = pthread_mutex_unlock(&busy);
  assert(error == 0);
  return NULL;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&busy, &attributes);
  pthread_mutexattr_destroy(&attributes);

  pthread_mutex_lock(&busy);
  pthread_t worker;
  pthread_create(&worker, NULL, use_device, NULL);
  pthread_join(worker, NULL);
  assert(result == 7);
  pthread_mutex_destroy(&busy);
  return 0;
}
