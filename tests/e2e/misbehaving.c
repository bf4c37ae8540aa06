// Misbehaves in the way its argument names; for bad_input.py.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int counter;

static void* count(void* unused) {
  (void)unused;
  atomic_fetch_add(&counter, 1);
  return NULL;
}

static void* write_one(void* cell) {
  *(int*)cell = 1;
  return NULL;
}

static int recurse(volatile int* depth) {
  volatile int local = *depth + 1;
  return recurse(&local) + local;
}

static void start_threads(int wanted) {
  pthread_t* threads = calloc((size_t)wanted, sizeof *threads);
  for (int i = 0; i < wanted; ++i) pthread_create(&threads[i], NULL, count, NULL);
  for (int i = 0; i < wanted; ++i) pthread_join(threads[i], NULL);
  free(threads);
  if (counter != wanted) abort();
}

static void race(void) {
  int cell = 0;
  pthread_t other;
  pthread_create(&other, NULL, write_one, &cell);
  printf("%d\n", cell);
  pthread_join(other, NULL);
}

int main(int argc, char** argv) {
  const char* way = argc > 1 ? argv[1] : "";
  int zero = 0;
  pthread_t other;
  if (strcmp(way, "race") == 0) race();
  if (strcmp(way, "threads") == 0) start_threads(atoi(argv[2]));
  if (strcmp(way, "recursion") == 0) return recurse(&zero) == 0;
  if (strcmp(way, "endless") == 0) {
    for (volatile int i = 0;; ++i) {
    }
  }
  if (strcmp(way, "endless_work") == 0) {
    while (atomic_fetch_add(&counter, 1) >= 0) {
    }
  }
  if (strcmp(way, "suicide") == 0) syscall(SYS_kill, getpid(), SIGKILL);
  if (strcmp(way, "terminate") == 0) raise(SIGTERM);
  // Many executions, each of them short.
  for (int i = 0; i < 4; ++i) {
    pthread_create(&other, NULL, count, NULL);
    count(NULL);
    pthread_join(other, NULL);
  }
  return 0;
}
