// As hidden.c, with memory that functions of the C library write and read: a program that calls them is not
// recalled.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define LOAD(x) atomic_load_explicit(&(x), memory_order_relaxed)
#define STORE(x, v) atomic_store_explicit(&(x), v, memory_order_relaxed)

static atomic_int x, y, flag;
static char text[8];

static void* store_x(void* unused) {
  (void)unused;
  STORE(x, 1);
  return NULL;
}

static void* print(void* unused) {
  (void)unused;
  snprintf(text, sizeof text, "%d", LOAD(x));
  atomic_store_explicit(&flag, 1, memory_order_release);
  return NULL;
}

static void* parse(void* unused) {
  (void)unused;
  if (atomic_load_explicit(&flag, memory_order_acquire) == 1) STORE(y, atoi(text) + 2);
  return NULL;
}

int main(void) {
  void* (*const entries[])(void*) = {parse, print, store_x};
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, entries[i], NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  assert(LOAD(y) != 2);
  return 0;
}
