// The atomic half of the -fsanitize=thread interface: __tsan_atomic{8,16,32,64,128}_*.
#include <cstdint>

#include "checker/frontend/atomic_operations.hpp"
#include "checker/frontend/intercept.hpp"

using heddle::frontend::Strength;

// Loads, compare-exchanges and what sets a lock's bit are what spin loops are made of: the program calls them
// through entry_x86_64.cpp, which saves the caller's registers first.
#define HEDDLE_ENTERED extern "C" __attribute__((visibility("hidden"))) HEDDLE_ALIGNS_STACK

#define HEDDLE_MODIFY(bits, type, name)                                                                \
  HEDDLE_INTERCEPT type __tsan_atomic##bits##_##name(volatile type* object, type operand, int order) { \
    return heddle::frontend::name(object, operand, order, HEDDLE_CALLER_PC);                           \
  }

#define HEDDLE_ENTERED_MODIFY(bits, type, name)                                                              \
  HEDDLE_ENTERED type heddle_entered_atomic##bits##_##name(volatile type* object, type operand, int order) { \
    return heddle::frontend::name(object, operand, order, HEDDLE_CALLER_PC);                                 \
  }

#define HEDDLE_COMPARE_EXCHANGE(bits, type, name)                                               \
  HEDDLE_ENTERED int heddle_entered_atomic##bits##_compare_exchange_##name(                     \
      volatile type* object, type* expected, type desired, int order, int failure_order) {      \
    return heddle::frontend::compare_exchange(object, *expected, desired, order, failure_order, \
                                              HEDDLE_CALLER_PC, Strength::name);                \
  }

#define HEDDLE_ATOMICS(bits, type)                                                                         \
  HEDDLE_ENTERED type heddle_entered_atomic##bits##_load(const volatile type* object, int order) {         \
    return heddle::frontend::load(object, order, HEDDLE_CALLER_PC);                                        \
  }                                                                                                        \
  HEDDLE_INTERCEPT void __tsan_atomic##bits##_store(volatile type* object, type value, int order) {        \
    heddle::frontend::store(object, value, order, HEDDLE_CALLER_PC);                                       \
  }                                                                                                        \
  HEDDLE_ENTERED_MODIFY(bits, type, exchange)                                                              \
  HEDDLE_MODIFY(bits, type, fetch_add)                                                                     \
  HEDDLE_MODIFY(bits, type, fetch_sub)                                                                     \
  HEDDLE_MODIFY(bits, type, fetch_and)                                                                     \
  HEDDLE_ENTERED_MODIFY(bits, type, fetch_or)                                                              \
  HEDDLE_MODIFY(bits, type, fetch_xor)                                                                     \
  HEDDLE_MODIFY(bits, type, fetch_nand)                                                                    \
  HEDDLE_COMPARE_EXCHANGE(bits, type, strong)                                                              \
  HEDDLE_COMPARE_EXCHANGE(bits, type, weak)                                                                \
  HEDDLE_ENTERED type heddle_entered_atomic##bits##_compare_exchange_val(                                  \
      volatile type* object, type expected, type desired, int order, int failure_order) {                  \
    heddle::frontend::compare_exchange(object, expected, desired, order, failure_order, HEDDLE_CALLER_PC); \
    return expected;                                                                                       \
  }

HEDDLE_ATOMICS(8, std::uint8_t)
HEDDLE_ATOMICS(16, std::uint16_t)
HEDDLE_ATOMICS(32, std::uint32_t)
HEDDLE_ATOMICS(64, std::uint64_t)
HEDDLE_ATOMICS(128, heddle::frontend::Wide)

// Answers 0, as the hooks of tsan_abi.cpp that have nothing to answer do.
HEDDLE_INTERCEPT std::uintptr_t __tsan_atomic_thread_fence(int order) {
  heddle::frontend::program_fence(order, HEDDLE_CALLER_PC);
  return 0;
}
// Orders a thread with its own signal handlers only.
HEDDLE_INTERCEPT void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
