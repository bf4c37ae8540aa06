// Loops that call a function whose frame is not filled, beside accesses of plain memory: what the checks of
// those leave on the stack is no part of the thread's state. usage: holes argument|global [set]
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static atomic_int flag;
static int arguments[2], global;

static void use(void* p) { __asm__ volatile("" ::"r"(p) : "memory"); }
static __attribute__((noinline)) int get(atomic_int* p) {
  int hole[14];
  use(hole);
  const int r = atomic_load(p);
  use(hole);
  return r;
}

static void* spin_beside_argument(void* argument) {
  while (get(&flag) == 0) {
    int x = *(int*)argument;
    use(&x);
  }
  return NULL;
}
static void* spin_beside_global(void* argument) {
  while (get(&flag) == 0) {
    int x = global;
    use(&x);
  }
  return argument;
}

int main(int n, char** words) {
  void* (*const spin)(void*) = strcmp(words[1], "global") == 0 ? spin_beside_global : spin_beside_argument;
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, spin, &arguments[i]);
  if (n > 2) atomic_store(&flag, 1);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
}
