// libstdc++'s table of waiting threads, behind std::atomic::wait, std::latch and std::barrier
// (bits/atomic_wait.h).
//
// A notifier changes the object, then reads the count of waiters; a waiter raises the count, then reads the
// object. The orders the library writes leave a lost wake-up possible by the letter of the standard, though
// no compiler's mapping to a processor does: the standard's implementer may rely on that, and the user cannot
// change it. So Heddle takes the count as if it stood between two SC fences, which forbids just that. (The
// lost wake-up of std::counting_semaphore in libstdc++ 12, GCC bug 104928, needs no reordering and is
// reported.)
#pragma once

#include <cstdint>

extern "C" {
// std::__detail::__waiter_pool_base::_S_for(void const*)::__w; null in programs without it.
extern char heddle_waiter_pool[] __asm__("_ZZNSt8__detail18__waiter_pool_base6_S_forEPKvE3__w")
    __attribute__((weak));
}

namespace heddle::frontend {

inline bool in_waiter_pool(const volatile void* address) {
  constexpr std::uintptr_t pool_bytes = 16 * 128;  // 16 entries of two cache lines
  const auto pool = reinterpret_cast<std::uintptr_t>(&heddle_waiter_pool[0]);
  return pool != 0 && reinterpret_cast<std::uintptr_t>(address) - pool < pool_bytes;
}

}  // namespace heddle::frontend
