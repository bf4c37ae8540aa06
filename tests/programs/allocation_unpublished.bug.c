// One thread makes room for a counter that the other counts in, and says where through an atomic pointer.
// Bug: the pointer is stored and loaded relaxed: the memory need not be there yet for who reads it.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(int*) counter;

static void* make_room(void* unused) {
  (void)unused;
  int* const room = malloc(sizeof *room);
  atomic_store_explicit(&counter, room, memory_order_relaxed);
  return NULL;
}

static void* count(void* unused) {
  (void)unused;
  int* const room = atomic_load_explicit(&counter, memory_order_relaxed);
  if (room != NULL) *room = 1;
  return NULL;
}

int main(void) {
  pthread_t maker;
  pthread_t counting;
  pthread_create(&maker, NULL, make_room, NULL);
  pthread_create(&counting, NULL, count, NULL);
  pthread_join(maker, NULL);
  pthread_join(counting, NULL);
  free(atomic_load_explicit(&counter, memory_order_relaxed));
  return 0;
}
