// What instrumented objects call, without ThreadSanitizer behind it: the operation itself, after a delay. A
// program whose objects are those of a check (-fsanitize=thread) is linked with this instead of libtsan, and
// its atomics and accesses run at nearly the processor's speed.
//
// The names and parameters are those of ThreadSanitizer's interface for compilers. Every operation is
// sequentially consistent where the program asks for that and acquires and releases where it asks for less:
// on x86-64 that makes the same instructions.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "stress/runner/noise.hpp"
#include "stress/runner/real.hpp"

using heddle::stress::disturb;
using heddle::stress::disturb_access;

#define HEDDLE_ENTRY(result, name, parameters)            \
  extern "C" HEDDLE_PROGRAM_CALLS result name parameters; \
  result name parameters

#define HEDDLE_ACCESS(name) \
  HEDDLE_ENTRY(void, __tsan_##name, (const void*)) { disturb_access(__builtin_return_address(0)); }

#define HEDDLE_ACCESSES(bytes)        \
  HEDDLE_ACCESS(read##bytes)          \
  HEDDLE_ACCESS(write##bytes)         \
  HEDDLE_ACCESS(read_write##bytes)    \
  HEDDLE_ACCESS(volatile_read##bytes) \
  HEDDLE_ACCESS(volatile_write##bytes)

#define HEDDLE_UNALIGNED_ACCESSES(bytes)        \
  HEDDLE_ACCESS(unaligned_read##bytes)          \
  HEDDLE_ACCESS(unaligned_write##bytes)         \
  HEDDLE_ACCESS(unaligned_read_write##bytes)    \
  HEDDLE_ACCESS(unaligned_volatile_read##bytes) \
  HEDDLE_ACCESS(unaligned_volatile_write##bytes)

HEDDLE_ACCESSES(1)
HEDDLE_ACCESSES(2)
HEDDLE_ACCESSES(4)
HEDDLE_ACCESSES(8)
HEDDLE_ACCESSES(16)
HEDDLE_UNALIGNED_ACCESSES(2)
HEDDLE_UNALIGNED_ACCESSES(4)
HEDDLE_UNALIGNED_ACCESSES(8)
HEDDLE_UNALIGNED_ACCESSES(16)

HEDDLE_ENTRY(void, __tsan_init, ()) {}
HEDDLE_ENTRY(void, __tsan_func_exit, ()) {}
HEDDLE_ENTRY(void, __tsan_vptr_read, (void**)) {}
HEDDLE_ENTRY(void, __tsan_vptr_update, (void**, void*)) {}
HEDDLE_ENTRY(void, __tsan_ignore_thread_begin, ()) {}
HEDDLE_ENTRY(void, __tsan_ignore_thread_end, ()) {}
void __tsan_func_entry(void*) {}

// What programs tell ThreadSanitizer themselves.
void __tsan_acquire(void*) {}
void __tsan_release(void*) {}
HEDDLE_ENTRY(void, __tsan_mutex_create, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_destroy, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_pre_lock, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_post_lock, (void*, unsigned, int)) {}
HEDDLE_ENTRY(int, __tsan_mutex_pre_unlock, (void*, unsigned)) { return 0; }
HEDDLE_ENTRY(void, __tsan_mutex_post_unlock, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_pre_signal, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_post_signal, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_pre_divert, (void*, unsigned)) {}
HEDDLE_ENTRY(void, __tsan_mutex_post_divert, (void*, unsigned)) {}

HEDDLE_ENTRY(void, __tsan_read_range, (const void*, std::size_t)) {
  disturb_access(__builtin_return_address(0));
}
HEDDLE_ENTRY(void, __tsan_write_range, (const void*, std::size_t)) {
  disturb_access(__builtin_return_address(0));
}
HEDDLE_ENTRY(void*, __tsan_memcpy, (void* to, const void* from, std::size_t bytes)) {
  return std::memcpy(to, from, bytes);
}
HEDDLE_ENTRY(void*, __tsan_memmove, (void* to, const void* from, std::size_t bytes)) {
  return std::memmove(to, from, bytes);
}
HEDDLE_ENTRY(void*, __tsan_memset, (void* to, int value, std::size_t bytes)) {
  return std::memset(to, value, bytes);
}

namespace {

constexpr bool is_seq_cst(int order) { return order == __ATOMIC_SEQ_CST; }

template <class Type>
Type load(const volatile Type* a) {
  return __atomic_load_n(a, __ATOMIC_SEQ_CST);
}
template <class Type>
void store(volatile Type* a, Type v, int order) {
  if (is_seq_cst(order)) {
    __atomic_store_n(a, v, __ATOMIC_SEQ_CST);
  } else {
    __atomic_store_n(a, v, __ATOMIC_RELEASE);
  }
}
template <class Type>
Type exchange(volatile Type* a, Type v) {
  return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);
}
template <class Type>
bool compare_exchange(volatile Type* a, Type* expected, Type desired) {
  return __atomic_compare_exchange_n(a, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#if defined(__SIZEOF_INT128__)
__extension__ using Wide = __int128;

// Of 16 bytes there is one instruction (cmpxchg16b): -mcx16.
template <>
bool compare_exchange(volatile Wide* a, Wide* expected, Wide desired) {
  const Wide before = __sync_val_compare_and_swap(a, *expected, desired);
  const bool same = before == *expected;
  *expected = before;
  return same;
}
template <class Change>
Wide change(volatile Wide* a, Change to) {
  Wide before = 0;
  while (!compare_exchange(a, &before, to(before))) {
  }
  return before;
}
template <>
Wide load(const volatile Wide* a) {
  Wide value = 0;
  compare_exchange(const_cast<volatile Wide*>(a), &value, value);
  return value;
}
template <>
void store(volatile Wide* a, Wide v, int) {
  change(a, [v](Wide) { return v; });
}
template <>
Wide exchange(volatile Wide* a, Wide v) {
  return change(a, [v](Wide) { return v; });
}
#endif

}  // namespace

#define HEDDLE_UPDATE(bits, type, name, ...)                                           \
  HEDDLE_ENTRY(type, __tsan_atomic##bits##_##name, (volatile type * a, type v, int)) { \
    disturb(__builtin_return_address(0));                                              \
    __VA_ARGS__;                                                                       \
  }

#define HEDDLE_COMPARE(bits, type, name)                                       \
  HEDDLE_ENTRY(int, __tsan_atomic##bits##_compare_exchange_##name,             \
               (volatile type * a, type * expected, type desired, int, int)) { \
    disturb(__builtin_return_address(0));                                      \
    return compare_exchange(a, expected, desired) ? 1 : 0;                     \
  }

#define HEDDLE_ATOMICS(bits, type, fetch)                                                   \
  HEDDLE_ENTRY(type, __tsan_atomic##bits##_load, (const volatile type* a, int)) {           \
    disturb(__builtin_return_address(0));                                                   \
    return load(a);                                                                         \
  }                                                                                         \
  HEDDLE_ENTRY(void, __tsan_atomic##bits##_store, (volatile type * a, type v, int order)) { \
    disturb(__builtin_return_address(0));                                                   \
    store(a, v, order);                                                                     \
  }                                                                                         \
  HEDDLE_UPDATE(bits, type, exchange, return exchange(a, v))                                \
  HEDDLE_UPDATE(bits, type, fetch_add, return fetch(add, x + v))                            \
  HEDDLE_UPDATE(bits, type, fetch_sub, return fetch(sub, x - v))                            \
  HEDDLE_UPDATE(bits, type, fetch_and, return fetch(and, x & v))                            \
  HEDDLE_UPDATE(bits, type, fetch_or, return fetch(or, x | v))                              \
  HEDDLE_UPDATE(bits, type, fetch_xor, return fetch(xor, x ^ v))                            \
  HEDDLE_UPDATE(bits, type, fetch_nand, return fetch(nand, ~(x & v)))                       \
  HEDDLE_COMPARE(bits, type, strong)                                                        \
  HEDDLE_COMPARE(bits, type, weak)                                                          \
  HEDDLE_ENTRY(type, __tsan_atomic##bits##_compare_exchange_val,                            \
               (volatile type * a, type expected, type desired, int, int)) {                \
    disturb(__builtin_return_address(0));                                                   \
    compare_exchange(a, &expected, desired);                                                \
    return expected;                                                                        \
  }

#define HEDDLE_BUILTIN(what, formula) __atomic_fetch_##what(a, v, __ATOMIC_SEQ_CST)
HEDDLE_ATOMICS(8, std::uint8_t, HEDDLE_BUILTIN)
HEDDLE_ATOMICS(16, std::uint16_t, HEDDLE_BUILTIN)
HEDDLE_ATOMICS(32, std::uint32_t, HEDDLE_BUILTIN)
HEDDLE_ATOMICS(64, std::uint64_t, HEDDLE_BUILTIN)
#if defined(__SIZEOF_INT128__)
#define HEDDLE_LOOP(what, formula) change(a, [v](Wide x) { return formula; })
HEDDLE_ATOMICS(128, Wide, HEDDLE_LOOP)
#endif

HEDDLE_ENTRY(void, __tsan_atomic_thread_fence, (int order)) {
  disturb(__builtin_return_address(0));
  if (is_seq_cst(order)) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  } else {
    __atomic_thread_fence(__ATOMIC_ACQ_REL);
  }
}
HEDDLE_ENTRY(void, __tsan_atomic_signal_fence, (int)) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
