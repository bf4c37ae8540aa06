// Rounds that write back what they read, or fail, and yet are not like the one before. The argument says why.
#include <assert.h>
#include <heddle/check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static atomic_int bits;
static atomic_int flag;

// `set` is in no register that a function preserves, so nothing but the call tells one round from the next.
static void* grow(void* unused) {
  int set = 1;
  while ((set = atomic_fetch_or(&bits, set)) != 8) {
  }
  return unused;
}

// The 7 is there only if the second round, which read 3 and wrote 3, is followed by a third that writes 3.
static void* follow(void* unused) {
  atomic_store(&bits, 3);
  int expected = 3;
  atomic_compare_exchange_strong(&bits, &expected, 4);
  expected = 7;
  assert(!atomic_compare_exchange_strong(&bits, &expected, 8));
  atomic_store(&bits, 8);
  return unused;
}

static void* observe(void* unused) {
  while (atomic_load(&flag) == 0) heddle_observe("not yet");
  return unused;
}

static void* lift(void* unused) {
  atomic_store(&flag, 1);
  return unused;
}

int main(int argc, char** argv) {
  assert(argc == 2);
  const int observed = strcmp(argv[1], "observed") == 0;
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, observed ? observe : grow, NULL);
  pthread_create(&threads[1], NULL, observed ? lift : follow, NULL);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  return 0;
}
