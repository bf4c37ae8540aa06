// Loops on a flag that nobody sets, which end all the same: something changes on every round, but where a
// checker may not see it. The argument says where. Each is right; none may be called a livelock.
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_int flag;
static atomic_int left_loop;
static int global_rounds;
static __thread int local_rounds;
static int uninstrumented_rounds;
static int assembly_rounds;
static int seldom_calls;

__attribute__((no_sanitize("thread"), noinline)) static int uninstrumented_round(void) {
  return ++uninstrumented_rounds;
}

// The number of calls counts, but only every other call does anything else.
__attribute__((no_sanitize("thread"), noinline)) static int seldom(void) { return ++seldom_calls / 2; }

// Goes through libatomic; the rounds are in a register.
typedef struct {
  long first, second;
} wide;
static _Atomic wide wide_flag;
static void spin_on_wide(void) {
  int rounds = 0;
  while (atomic_load(&wide_flag).first == 0 && ++rounds < 6) {
  }
}

// Each attempt fails alike.
static void retry(void) {
  int expected = 1;
  while (!atomic_compare_exchange_strong(&flag, &expected, 2)) {
    if (uninstrumented_round() > 5) break;
    expected = 1;
  }
}

// The loop reads an object of its own, and replaces it by another one that is further on.
static void spin_on_reborn(void) {
  atomic_int own = 0;
  for (int rounds = atomic_load(&own); rounds < 6; rounds = atomic_load(&own)) {
    *(int*)&own = rounds + 1;
    // Nothing of it is left in a register.
    __asm__ volatile(
        "xor %%ebx, %%ebx\n xor %%r12d, %%r12d\n xor %%r13d, %%r13d\n xor %%r14d, %%r14d\n xor %%r15d, "
        "%%r15d" ::
            : "rbx", "r12", "r13", "r14", "r15", "cc");
  }
}

static void* spin(void* argument) {
  const char* where = argument;
  char text[] = "a a a a a a a a";
  int* heap_rounds = calloc(1, sizeof *heap_rounds);
  FILE* file = fmemopen(text, strlen(text), "r");
  volatile int stack_rounds = 0;
  double fraction = 0;
  strtok(strdup(text), " ");
  while (atomic_load(&flag) == 0) {
    if (strcmp(where, "wide") == 0) {
      spin_on_wide();
      break;
    }
    if (strcmp(where, "reborn") == 0) {
      spin_on_reborn();
      break;
    }
    if (strcmp(where, "retried") == 0) {
      retry();
      break;
    }
    if (strcmp(where, "global") == 0 && ++global_rounds > 5) break;
    if (strcmp(where, "thread_local") == 0 && ++local_rounds > 5) break;
    if (strcmp(where, "stack") == 0 && ++stack_rounds > 5) break;
    if (strcmp(where, "register") == 0 && (fraction += 0.5) > 2) break;
    if (strcmp(where, "heap") == 0 && ++*heap_rounds > 5) break;
    if (strcmp(where, "random") == 0 && rand() % 4 == 3) break;
    if (strcmp(where, "library") == 0 && strtok(NULL, " ") == NULL) break;
    if (strcmp(where, "stdio") == 0 && fgetc(file) == EOF) break;
    if (strcmp(where, "uninstrumented") == 0 && uninstrumented_round() > 5) break;
    if (strcmp(where, "seldom") == 0 && seldom() > 5) break;
    if (strcmp(where, "assembly") == 0) {
      __asm__ volatile("incl %0" : "+m"(assembly_rounds));
      if (assembly_rounds > 5) break;
    }
  }
  fclose(file);
  free(heap_rounds);
  atomic_store(&left_loop, 1);
  return NULL;
}

int main(int argc, char** argv) {
  assert(argc == 2);
  pthread_t thread;
  pthread_create(&thread, NULL, spin, argv[1]);
  pthread_join(thread, NULL);
  assert(atomic_load(&left_loop) == 1);
  return 0;
}
