// The calls GenMC's test programs make, in Heddle's terms, so that the programs run unmodified. Hints that
// only help GenMC's own reductions are what they wrap.
#ifndef HEDDLE_TESTS_GENMC_H
#define HEDDLE_TESTS_GENMC_H

#include <heddle/check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// A function: some programs declare it themselves.
static inline void __VERIFIER_assume(int condition) { heddle_assume(condition); }

// Threads.
typedef pthread_t __VERIFIER_thread_t;
static inline __VERIFIER_thread_t __VERIFIER_spawn(void* (*function)(void*), void* argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, function, argument) != 0) abort();
  return thread;
}
#define __VERIFIER_spawn_symmetric(function, argument, other) __VERIFIER_spawn(function, argument)
static inline void* __VERIFIER_join(__VERIFIER_thread_t thread) {
  void* result = NULL;
  pthread_join(thread, &result);
  return result;
}
#define __VERIFIER_join_symmetric(thread) ((void)__VERIFIER_join(thread))

// Not nondeterminism but a fixed sequence for each thread.
static inline int __VERIFIER_nondet_int(void) {
  static __thread unsigned state = 42;
  state = state * 1103515245U + 12345U;
  return (int)(state >> 16);
}
#define __VERIFIER_nondet_uint() ((unsigned)__VERIFIER_nondet_int())

// Spin loops written by hand.
#define __VERIFIER_loop_begin() ((void)0)
#define __VERIFIER_spin_start() ((void)0)
#define __VERIFIER_spin_end(condition) heddle_assume(!!(condition))

// Hints.
#define __VERIFIER_local_write(statement) \
  do {                                    \
    statement;                            \
  } while (0)
#define __VERIFIER_final_write(statement) \
  do {                                    \
    statement;                            \
  } while (0)
#define __VERIFIER_helped_CAS(statement) \
  do {                                   \
    statement;                           \
  } while (0)
#define __VERIFIER_helping_CAS(statement) \
  do {                                    \
    statement;                            \
  } while (0)
#define __VERIFIER_speculative_read(expression) (expression)
#define __VERIFIER_confirming_read(expression) (expression)
#define __VERIFIER_confirming_CAS(expression) (expression)
#define __VERIFIER_final_CAS(expression) (expression)
#define __VERIFIER_optional(statement) \
  do {                                 \
  } while (0)

// Hazard pointers: what is retired is never freed, so that no protection is needed.
typedef struct {
  void* unused;
} __VERIFIER_hp_t;
#define __VERIFIER_hp_alloc() ((__VERIFIER_hp_t*)malloc(sizeof(__VERIFIER_hp_t)))
#define __VERIFIER_hp_protect(hazard, pointer) __atomic_load_n((void**)(pointer), __ATOMIC_ACQUIRE)
#define __VERIFIER_hp_clear(hazard) ((void)(hazard))
#define __VERIFIER_hp_free(hazard) free(hazard)
#define __VERIFIER_hp_retire(pointer) ((void)(pointer))

#endif
