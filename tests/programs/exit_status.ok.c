// Two threads each draw a number; main reports through the exit status whether the numbers differ.
// Drawing is one atomic read-modify-write.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int next;
static int drawn[2];

static void* draw(void* argument) {
  const int number = atomic_fetch_add(&next, 1);
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
