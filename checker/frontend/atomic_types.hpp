// What differs between atomic objects of 1 to 8 bytes and those of 16: kernel values, updates, native
// operations.
#pragma once

#include <cstdint>

#include "checker/frontend/wide_values.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::frontend {

template <class T>
kernel::Value to_value(T value) {
  return value;
}
template <>
inline kernel::Value to_value(Wide value) {
  return intern_wide(value);
}
template <class T>
T from_value(kernel::Value value) {
  return static_cast<T>(value);
}
template <>
inline Wide from_value(kernel::Value value) {
  return wide_value(value);
}

// Memory of an atomic object in a controlled execution, where one thread runs at a time.
template <class T>
T peek(const volatile T* object) {
  return *object;
}
template <class T>
void poke(volatile T* object, T value) {
  *object = value;
}

template <class T>
struct Updates {
  static constexpr kernel::Update exchange = kernel::update_exchange<T>;
  static constexpr kernel::Update fetch_add = kernel::update_add<T>;
  static constexpr kernel::Update fetch_sub = kernel::update_sub<T>;
  static constexpr kernel::Update fetch_and = kernel::update_and<T>;
  static constexpr kernel::Update fetch_or = kernel::update_or<T>;
  static constexpr kernel::Update fetch_xor = kernel::update_xor<T>;
  static constexpr kernel::Update fetch_nand = kernel::update_nand<T>;
  static constexpr kernel::Update compare_exchange = kernel::update_compare_exchange<T>;
};

template <>
struct Updates<Wide> {
  using Value = kernel::Value;
  using Updated = kernel::Updated;
  static Updated exchange(Value, Value operand, Value) { return {operand, true}; }
  static Updated fetch_add(Value old, Value by, Value) { return made(wide_value(old) + wide_value(by)); }
  static Updated fetch_sub(Value old, Value by, Value) { return made(wide_value(old) - wide_value(by)); }
  static Updated fetch_and(Value old, Value by, Value) { return made(wide_value(old) & wide_value(by)); }
  static Updated fetch_or(Value old, Value by, Value) { return made(wide_value(old) | wide_value(by)); }
  static Updated fetch_xor(Value old, Value by, Value) { return made(wide_value(old) ^ wide_value(by)); }
  static Updated fetch_nand(Value old, Value by, Value) { return made(~(wide_value(old) & wide_value(by))); }
  static Updated compare_exchange(Value old, Value desired, Value expected) {
    return {desired, old == expected};
  }

 private:
  static Updated made(Wide value) { return {intern_wide(value), true}; }
};

// The real operations, for programs that run uncontrolled.
template <class T>
struct Native {
  static T load(const volatile T* p) { return __atomic_load_n(p, __ATOMIC_SEQ_CST); }
  static void store(volatile T* p, T value) { __atomic_store_n(p, value, __ATOMIC_SEQ_CST); }
  static T exchange(volatile T* p, T value) { return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST); }
  static T fetch_add(volatile T* p, T by) { return __atomic_fetch_add(p, by, __ATOMIC_SEQ_CST); }
  static T fetch_sub(volatile T* p, T by) { return __atomic_fetch_sub(p, by, __ATOMIC_SEQ_CST); }
  static T fetch_and(volatile T* p, T by) { return __atomic_fetch_and(p, by, __ATOMIC_SEQ_CST); }
  static T fetch_or(volatile T* p, T by) { return __atomic_fetch_or(p, by, __ATOMIC_SEQ_CST); }
  static T fetch_xor(volatile T* p, T by) { return __atomic_fetch_xor(p, by, __ATOMIC_SEQ_CST); }
  static T fetch_nand(volatile T* p, T by) { return __atomic_fetch_nand(p, by, __ATOMIC_SEQ_CST); }
  static bool compare_exchange(volatile T* p, T* expected, T desired) {
    return __atomic_compare_exchange_n(p, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
};

// With cmpxchg16b; the __atomic builtins would call libatomic, which the program may not be linked with.
template <>
struct Native<Wide> {
  static Wide load(const volatile Wide* p) { return swap_if_equal(const_cast<volatile Wide*>(p), 0, 0); }
  static void store(volatile Wide* p, Wide value) { exchange(p, value); }
  static Wide exchange(volatile Wide* p, Wide value) {
    return update(p, [&](Wide) { return value; });
  }
  static Wide fetch_add(volatile Wide* p, Wide by) {
    return update(p, [&](Wide old) { return old + by; });
  }
  static Wide fetch_sub(volatile Wide* p, Wide by) {
    return update(p, [&](Wide old) { return old - by; });
  }
  static Wide fetch_and(volatile Wide* p, Wide by) {
    return update(p, [&](Wide old) { return old & by; });
  }
  static Wide fetch_or(volatile Wide* p, Wide by) {
    return update(p, [&](Wide old) { return old | by; });
  }
  static Wide fetch_xor(volatile Wide* p, Wide by) {
    return update(p, [&](Wide old) { return old ^ by; });
  }
  static Wide fetch_nand(volatile Wide* p, Wide by) {
    return update(p, [&](Wide old) { return ~(old & by); });
  }
  static bool compare_exchange(volatile Wide* p, Wide* expected, Wide desired) {
    const Wide wanted = *expected;
    *expected = swap_if_equal(p, wanted, desired);
    return *expected == wanted;
  }

 private:
  static Wide swap_if_equal(volatile Wide* p, Wide expected, Wide desired) {
#if defined(__x86_64__)
    auto low = static_cast<std::uint64_t>(expected);
    auto high = static_cast<std::uint64_t>(expected >> 64);
    __asm__ volatile("lock cmpxchg16b %0"
                     : "+m"(*p), "+a"(low), "+d"(high)
                     : "b"(static_cast<std::uint64_t>(desired)),
                       "c"(static_cast<std::uint64_t>(desired >> 64))
                     : "cc", "memory");
    return Wide{high} << 64 | low;
#else
#error "swap_if_equal: port me"
#endif
  }
  template <class Make>
  static Wide update(volatile Wide* p, Make make) {
    Wide old = load(p);
    for (;;) {
      const Wide seen = swap_if_equal(p, old, make(old));
      if (seen == old) return old;
      old = seen;
    }
  }
};

}  // namespace heddle::frontend
