/* What can go wrong natively, by argument. */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both;
static int counter;
static int* block;

static void* take(void* first) {
  pthread_mutex_t* const one = first;
  pthread_mutex_t* const other = one == &left ? &right : &left;
  pthread_mutex_lock(one);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(other);
  return NULL;
}
static void* count(void* unused) {
  ++counter;
  return unused;
}
static void* release(void* unused) {
  free(block);
  return unused;
}
static int c11_thread(void* mutex) {
  mtx_lock(mutex);
  ++counter;
  mtx_unlock(mutex);
  return 7;
}

static void two(void* (*function)(void*), void* first, void* second) {
  pthread_t a;
  pthread_t b;
  pthread_create(&a, NULL, function, first);
  pthread_create(&b, NULL, function, second);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
}

int main(int argc, char** argv) {
  const char* const what = argc > 1 ? argv[1] : "nothing";
  if (strcmp(what, "race") == 0) two(count, NULL, NULL);
  if (strcmp(what, "deadlock") == 0) {
    pthread_barrier_init(&both, NULL, 2);
    two(take, &left, &right);
  }
  if (strcmp(what, "assert") == 0) assert(counter == 1);
  if (strcmp(what, "status") == 0) return 3;
  if (strcmp(what, "unusable") ==
      0) { /* as ThreadSanitizer says it where addresses are randomised too much */
    fprintf(stderr, "FATAL: ThreadSanitizer: unexpected memory mapping 0x5b5e6f000000-0x5b5e6f004000\n");
    return 66;
  }
  if (strcmp(what, "skip") == 0) return 77;
  if (strcmp(what, "abort") == 0) abort();
  if (strcmp(what, "crash") == 0) raise(SIGSEGV);
  if (strcmp(what, "hang") == 0) {
    for (;;) sleep(1);
  }
  if (strcmp(what, "free") == 0) {
    block = malloc(40);
    pthread_t thread;
    pthread_create(&thread, NULL, release, NULL);
    pthread_join(thread, NULL);
    block[2] = 1;
  }
  if (strcmp(what, "c11") == 0) {
    mtx_t mutex;
    mtx_init(&mutex, mtx_plain);
    thrd_t a;
    thrd_t b;
    thrd_create(&a, c11_thread, &mutex);
    thrd_create(&b, c11_thread, &mutex);
    int result = 0;
    thrd_join(a, NULL);
    thrd_join(b, &result);
    return counter == 2 && result == 7 ? 0 : 1;
  }
  return 0;
}
