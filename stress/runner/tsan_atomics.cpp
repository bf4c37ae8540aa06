// Delays at the atomics of a program that runs under ThreadSanitizer: the linker sends the program's calls
// here (--wrap, stress/CMakeLists.txt). Each real call is the last thing done, so that the sanitizer sees our
// caller as its own.
#include <cstdint>

#include "stress/runner/noise.hpp"

#define HEDDLE_WRAP(result, name, parameters, ...)        \
  extern "C" result __real_##name parameters;             \
  extern "C" result __wrap_##name parameters;             \
  extern "C" result __wrap_##name parameters {            \
    heddle::stress::disturb(__builtin_return_address(0)); \
    return __real_##name(__VA_ARGS__);                    \
  }

#define HEDDLE_WRAP_UPDATE(bits, type, what) \
  HEDDLE_WRAP(type, __tsan_atomic##bits##_##what, (volatile type * a, type v, int order), a, v, order)

#define HEDDLE_WRAP_COMPARE(bits, type, what)                                                          \
  HEDDLE_WRAP(int, __tsan_atomic##bits##_compare_exchange_##what,                                      \
              (volatile type * a, type * expected, type desired, int order, int failure), a, expected, \
              desired, order, failure)

#define HEDDLE_WRAP_SIZE(bits, type)                                                                  \
  HEDDLE_WRAP(type, __tsan_atomic##bits##_load, (const volatile type* a, int order), a, order)        \
  HEDDLE_WRAP(void, __tsan_atomic##bits##_store, (volatile type * a, type v, int order), a, v, order) \
  HEDDLE_WRAP_UPDATE(bits, type, exchange)                                                            \
  HEDDLE_WRAP_UPDATE(bits, type, fetch_add)                                                           \
  HEDDLE_WRAP_UPDATE(bits, type, fetch_sub)                                                           \
  HEDDLE_WRAP_UPDATE(bits, type, fetch_and)                                                           \
  HEDDLE_WRAP_UPDATE(bits, type, fetch_or)                                                            \
  HEDDLE_WRAP_UPDATE(bits, type, fetch_xor)                                                           \
  HEDDLE_WRAP_COMPARE(bits, type, strong)                                                             \
  HEDDLE_WRAP_COMPARE(bits, type, weak)

HEDDLE_WRAP_SIZE(8, std::int8_t)
HEDDLE_WRAP_SIZE(16, std::int16_t)
HEDDLE_WRAP_SIZE(32, std::int32_t)
HEDDLE_WRAP_SIZE(64, std::int64_t)
HEDDLE_WRAP(void, __tsan_atomic_thread_fence, (int order), order)
