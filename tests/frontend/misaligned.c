// Hooks and intercepted calls on a stack that is not aligned as the ABI wants it, as hand-written assembly
// and functions that run off their end call them: no different from others. One mode for each sort of call.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// function(a, b, c, d, e), with a stack pointer 8 bytes off.
static inline __attribute__((always_inline)) long misaligned(void (*function)(void), long a, long b, long c,
                                                             long d, long e) {
  register long fifth __asm__("r8") = e;
  long answer;
  __asm__ volatile(
      "movq %%rsp, %%r12\n\t"
      "subq $128, %%rsp\n\t"  // what is below the stack pointer may be in use
      "andq $-16, %%rsp\n\t"
      "subq $8, %%rsp\n\t"
      "call *%[function]\n\t"
      "movq %%r12, %%rsp"
      : "=a"(answer), "+D"(a), "+S"(b), "+d"(c), "+c"(d), "+r"(fifth)
      : [function] "r"(function)
      : "r9", "r10", "r11", "r12", "memory", "cc");
  return answer;
}
#define CALL(function, ...) CALL_5((void (*)(void))(function), __VA_ARGS__, 0, 0, 0, 0)
#define CALL_5(function, a, b, c, d, e, ...) \
  misaligned(function, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

#define HOOK(name) void name(void) __asm__("__tsan_" #name)
HOOK(read4);
HOOK(read_range);
HOOK(atomic32_load);
HOOK(atomic32_store);
HOOK(atomic32_fetch_add);
HOOK(atomic32_exchange);
HOOK(atomic32_compare_exchange_strong);
HOOK(atomic_thread_fence);

static int plain[8];
static int atomic;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int waiting;

static void* plain_accesses(void* unused) {
  (void)unused;
  CALL(read4, plain);
  CALL(read4, plain + 2);
  return NULL;
}

static void* ranges(void* unused) {
  (void)unused;
  CALL(read_range, plain, sizeof plain);
  return NULL;
}

static void* copies(void* unused) {
  (void)unused;
  int copy[8];
  CALL(memcpy, copy, plain, sizeof copy);
  return NULL;
}

static void* atomics(void* unused) {
  (void)unused;
  int expected = (int)CALL(atomic32_load, &atomic, __ATOMIC_ACQUIRE);
  CALL(atomic32_compare_exchange_strong, &atomic, &expected, expected + 1, __ATOMIC_ACQ_REL,
       __ATOMIC_RELAXED);
  CALL(atomic_thread_fence, __ATOMIC_SEQ_CST);
  CALL(atomic32_fetch_add, &atomic, 1, __ATOMIC_RELAXED);
  return NULL;
}

static void* stores(void* unused) {
  (void)unused;
  CALL(atomic32_store, &atomic, 2, __ATOMIC_RELEASE);
  CALL(atomic32_exchange, &atomic, 3, __ATOMIC_RELAXED);
  return NULL;
}

static void* spins(void* first) {
  if (first != NULL) {
    CALL(atomic32_store, &atomic, 1, __ATOMIC_RELEASE);
  } else {
    while (CALL(atomic32_load, &atomic, __ATOMIC_ACQUIRE) != 1) {
    }
  }
  return NULL;
}

static void* locks(void* first) {
  CALL(pthread_mutex_lock, &mutex);
  if (first != NULL) {
    ++waiting;
    CALL(pthread_cond_signal, &condition);
  } else {
    while (waiting == 0) CALL(pthread_cond_wait, &condition, &mutex);
  }
  CALL(pthread_mutex_unlock, &mutex);
  return NULL;
}

static void* heap(void* unused) {
  (void)unused;
  char* const block = (char*)CALL(malloc, 24);
  char* const larger = (char*)CALL(realloc, block, 400);
  snprintf(larger, 400, "%d", 7);
  if (atoi(larger) != 7) abort();
  CALL(free, larger);
  struct timespec now;
  if (CALL(clock_gettime, CLOCK_MONOTONIC, &now) != 0) abort();
  return NULL;
}

static void* nothing(void* unused) { return unused; }

static void* threads(void* unused) {
  (void)unused;
  pthread_t thread;
  if (CALL(pthread_create, &thread, NULL, nothing, NULL) != 0) abort();
  CALL(pthread_join, thread, NULL);
  return NULL;
}

static const struct {
  const char* name;
  void* (*run)(void*);
} modes[] = {
    {"plain_accesses", plain_accesses},
    {"ranges", ranges},
    {"copies", copies},
    {"atomics", atomics},
    {"stores", stores},
    {"spins", spins},
    {"locks", locks},
    {"heap", heap},
    {"threads", threads},
};

int main(int argc, char** argv) {
  void* (*run)(void*) = NULL;
  for (size_t i = 0; argc == 2 && i < sizeof modes / sizeof *modes; ++i) {
    if (strcmp(modes[i].name, argv[1]) == 0) run = modes[i].run;
  }
  if (run == NULL) return 2;
  pthread_t pair[2];
  for (size_t i = 0; i < 2; ++i) {
    if (pthread_create(&pair[i], NULL, run, i == 0 ? NULL : &waiting) != 0) abort();
  }
  for (size_t i = 0; i < 2; ++i) pthread_join(pair[i], NULL);
  return 0;
}
