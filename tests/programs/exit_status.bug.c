// Two threads each draw a number; main reports through the exit status whether the numbers differ.
// Bug: drawing is a load and a store: both may draw the same number, and the program fails.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int next;
static int drawn[2];

static void* draw(void* argument) {
  const int number = atomic_load(&next);
  atomic_store(&next, number + 1);
  *(int*)argument = number;
  return NULL;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, draw, &drawn[0]);
  pthread_create(&second, NULL, draw, &drawn[1]);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  return drawn[0] == drawn[1] ? 3 : 0;
}
