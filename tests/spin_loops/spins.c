// Loops that go round for ever unless another thread stores. The argument says which; `set` as second
// argument: the other thread does store, and every execution ends.
#define _DEFAULT_SOURCE
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int flag, other_flag, lock, many[5];
static atomic_int taken = 1;
static int data;

static int read_both(void) { return atomic_load(&flag) + atomic_load(&other_flag); }

// What it does not write of its frame holds what was there before, the runtime's of another round's number
// included.
static __attribute__((noinline)) int read_deep_down(void) {
  char buffer[2000];
  char* volatile used = buffer;
  used[0] = 1;
  return atomic_load(&flag);
}

static void* spin(void* argument) {
  const char* how = argument;
  if (strcmp(how, "plain") == 0) {
    while (atomic_load_explicit(&flag, memory_order_acquire) == 0) {
    }
  } else if (strcmp(how, "yield") == 0) {
    while (atomic_load(&flag) == 0) sched_yield();
  } else if (strcmp(how, "two") == 0) {
    while (atomic_load(&flag) == 0 || atomic_load(&other_flag) == 0) {
    }
  } else if (strcmp(how, "call") == 0) {
    while (read_both() != 2) {
    }
  } else if (strcmp(how, "compare_exchange") == 0) {
    int expected = 1;
    while (!atomic_compare_exchange_weak(&flag, &expected, 2)) expected = 1;
    atomic_store(&flag, 1);
  } else if (strcmp(how, "scratch") == 0) {  // writes, but only what it wrote before
    int seen[2];
    do {
      seen[0] = atomic_load(&flag);
      seen[1] = atomic_load(&other_flag);
    } while (memcmp(seen, (int[]){1, 1}, sizeof seen) != 0);
  } else if (strcmp(how, "exchange") == 0) {  // stores, but only what is there already
    while (atomic_exchange(&taken, 1) != 0) {
    }
  } else if (strcmp(how, "fetch_or") == 0) {
    while ((atomic_fetch_or(&taken, 1) & 1) != 0) sched_yield();
  } else if (strcmp(how, "unwritten") == 0) {
    while (read_deep_down() == 0) sched_yield();
  } else if (strcmp(how, "unwritten_modify") == 0) {
    while (read_deep_down() == 0) atomic_fetch_add(&other_flag, 0);
  } else if (strcmp(how, "sleep") == 0) {
    while (atomic_load(&flag) == 0) usleep(100);
  } else if (strcmp(how, "many") == 0) {  // more reads in a round than are told apart
    while (atomic_load(&many[0]) + atomic_load(&many[1]) + atomic_load(&many[2]) + atomic_load(&many[3]) +
               atomic_load(&many[4]) + atomic_load(&flag) !=
           1) {
    }
  }
  assert(strcmp(how, "exchange") == 0 || strcmp(how, "fetch_or") == 0 || atomic_load(&flag) != 0);
  while (atomic_exchange_explicit(&lock, 1, memory_order_acquire) != 0) {
    while (atomic_load(&lock) != 0) {
    }
  }
  ++data;
  atomic_store_explicit(&lock, 0, memory_order_release);
  return NULL;
}

int main(int argc, char** argv) {
  assert(argc == 2 || argc == 3);
  pthread_t thread;
  pthread_create(&thread, NULL, spin, argv[1]);
  if (argc == 3) {
    atomic_store(&other_flag, 1);
    atomic_store(&flag, 1);
    atomic_store(&taken, 0);
  }
  pthread_join(thread, NULL);
  assert(data == 1);
  return 0;
}
