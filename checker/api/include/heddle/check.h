// What a program may tell the checker. Everything is a plain function call that costs a branch, and nothing
// more, in a program that is linked without Heddle or runs outside a check.
#ifndef HEDDLE_CHECK_H
#define HEDDLE_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

// Defined by Heddle's runtime; null in a program without it. Call the functions below instead.
__attribute__((weak)) void heddle_runtime_assume(int condition);
__attribute__((weak)) void heddle_runtime_expect(int condition, const char* text, const char* file, int line);
__attribute__((weak)) int heddle_runtime_nondet(int alternatives);
__attribute__((weak)) void heddle_runtime_observe(const char* text);
__attribute__((weak)) int heddle_runtime_in_check(void);
// Only where threads run natively (docs/stress.md): the run does not count, its assumption did not hold.
__attribute__((weak)) int heddle_runtime_discarded(void);
// The same: 0 if it ran each of the functions on a thread of its own and all have returned.
__attribute__((weak)) int heddle_runtime_together(void (*const* functions)(void*), void* const* arguments,
                                                  int count);

// The bytes a fuzzer gives this execution as its scenario (docs/fuzzing.md), null if it gives none.
__attribute__((weak)) const unsigned char* heddle_runtime_fuzz_input(size_t* size);

#define HEDDLE_API __attribute__((always_inline, unused)) static inline

// Only executions in which `condition` holds are of interest. Where it does not, the calling thread stops for
// ever and the execution counts as blocked, neither complete nor a bug; the other threads go on, so that what
// they do wrong before is still found. Outside a check: no effect.
HEDDLE_API void heddle_assume(int condition) {
  if (!condition && heddle_runtime_assume) heddle_runtime_assume(condition);
}

// One of [0, alternatives); an exhaustive search takes each in turn, a random one draws. Outside a check: 0.
// `alternatives` must be at least 1.
HEDDLE_API int heddle_nondet(int alternatives) {
  return heddle_runtime_nondet ? heddle_runtime_nondet(alternatives) : 0;
}

// Use heddle_expect(condition): a bug (HED006) of the execution if it does not hold. Unlike assert it stays
// under NDEBUG. Outside a check: says so on standard error and aborts.
HEDDLE_API void heddle_expect_at(int condition, const char* text, const char* file, int line) {
  if (condition) return;
  if (heddle_runtime_expect) heddle_runtime_expect(condition, text, file, line);
  if (heddle_runtime_discarded && heddle_runtime_discarded()) return;
  fprintf(stderr, "%s:%d: expectation failed: %s\n", file, line, text);
  abort();
}
#define heddle_expect(condition) heddle_expect_at(!!(condition), #condition, __FILE__, __LINE__)

// Adds `text` to what this execution is said to have observed: the texts of all its threads, in the order the
// threads were created and of each thread's own calls, separated by blanks. How often each outcome was seen
// in complete executions is part of the result. Outside a check: nothing.
HEDDLE_API void heddle_observe(const char* text) {
  if (heddle_runtime_observe) heddle_runtime_observe(text);
}

// Not 0 in an execution of a check.
HEDDLE_API int heddle_in_check(void) { return heddle_runtime_in_check ? heddle_runtime_in_check() : 0; }

#undef HEDDLE_API

#ifdef __cplusplus
}
#endif

#endif
