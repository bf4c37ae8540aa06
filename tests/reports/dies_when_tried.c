// The program aborts in the interleaving the search begins with. In others, which only the analysis of the
// finding tries, the whole process is gone: the finding must be reported all the same.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int first;

// Not through libc: nothing can be done about it.
static void die(void) {
  const long exit_group = 231;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(exit_group), "D"(0L) : "rcx", "r11", "memory");
  (void)result;
}

static void* go(void* who) {
  int nobody = 0;
  atomic_compare_exchange_strong(&first, &nobody, *(const int*)who);
  return NULL;
}

int main(void) {
  const int names[2] = {1, 2};
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, go, (void*)&names[i]);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  if (atomic_load(&first) == 2) die();
  abort();
  return 0;
}
