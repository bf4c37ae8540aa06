// Joining with and without a limit, detaching, names and numbers.
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int token;

static void* work(void* unused) {
  (void)unused;
  char name[16];
  assert(pthread_setname_np(pthread_self(), "worker") == 0);
  assert(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && strcmp(name, "worker") == 0);
  assert(pthread_setname_np(pthread_self(), "a name that is too long") == ERANGE);
  assert(gettid() == syscall(SYS_gettid) && gettid() != getpid());
  sleep(1);
  return &token;
}

static void* detach_myself(void* unused) {
  pthread_detach(pthread_self());
  return unused;
}

int main(void) {
  pthread_t thread;
  void* result = NULL;
  struct timespec time;
  pthread_create(&thread, NULL, work, NULL);
  int error = pthread_tryjoin_np(thread, &result);
  assert(error == 0 || error == EBUSY);
  if (error != 0) {
    clock_gettime(CLOCK_REALTIME, &time);
    ++time.tv_sec;
    error = pthread_timedjoin_np(thread, &result, &time);
    assert(error == 0 || error == ETIMEDOUT);
  }
  if (error != 0) {
    clock_gettime(CLOCK_MONOTONIC, &time);
    ++time.tv_sec;
    error = pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &time);
    assert(error == 0 || error == ETIMEDOUT);
  }
  if (error != 0) error = pthread_join(thread, &result);
  assert(error == 0 && result == &token);
  assert(pthread_kill(pthread_self(), 0) == 0);

  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 1 << 17);
  pthread_create(&thread, &attributes, work, NULL);
  pthread_create(&thread, NULL, detach_myself, NULL);
  pthread_attr_destroy(&attributes);
  return 0;
}
