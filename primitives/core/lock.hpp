// The lock inside primitives: four bytes, no owner (Drepper, "Futexes Are Tricky", 2011, mutex 3).
//
// The word is free, held, or held with possible sleepers. Only the last costs a system call on unlock. A
// thread that has slept takes the lock as `contended`, because it cannot know whether others still sleep: at
// worst one wake too many, never one too few.
#pragma once

#include <atomic>
#include <cstdint>

#include "primitives/sys/sys.hpp"

namespace heddle::core {

// unlock() synchronises with the lock() that follows it, and does not touch the object after another thread
// can have taken it: the wake names an address only. So whoever holds the lock, and knows that nobody waits,
// may destroy it.
template <class Sys>
class lock {
 public:
  enum class initially : std::uint32_t { free = 0, held = 1 };

  constexpr lock() noexcept = default;
  constexpr explicit lock(initially state) noexcept : word_(static_cast<std::uint32_t>(state)) {}
  lock(const lock&) = delete;
  lock& operator=(const lock&) = delete;

  void acquire() noexcept {
    if (!try_acquire()) acquire_slowly(sys::no_deadline);
  }

  // Never fails when the lock is free.
  [[nodiscard]] bool try_acquire() noexcept {
    std::uint32_t expected = free;
    // acquire: sees what the last holder did.
    return word_.compare_exchange_strong(expected, held, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // Sleeps until `deadline` at the latest.
  [[nodiscard]] bool acquire_until(sys::nanoseconds deadline) noexcept {
    return try_acquire() || acquire_slowly(deadline);
  }

  // False: the lock was free, and still is.
  bool release() noexcept {
    // release: the next holder sees what this one did.
    const std::uint32_t before = word_.exchange(free, std::memory_order_release);
    if (before == contended) Sys::futex_wake(word_, 1);
    return before != free;
  }

  // A hint: out of date when it returns.
  bool is_held() const noexcept { return word_.load(std::memory_order_relaxed) != free; }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t contended = 2;

  // While others sleep, spinning would only overtake them for longer.
  bool spin() noexcept {
    for (int round = Sys::spin_rounds(); round > 0; --round) {
      Sys::pause(round);
      const std::uint32_t seen = word_.load(std::memory_order_relaxed);
      if (seen == free && try_acquire()) return true;
      if (seen == contended) return false;
    }
    return false;
  }

  bool acquire_slowly(sys::nanoseconds deadline) noexcept {
    if (spin()) return true;
    while (word_.exchange(contended, std::memory_order_acquire) != free)
      if (Sys::futex_wait(word_, contended, deadline) == sys::futex_result::timed_out) return false;
    return true;
  }

  typename Sys::futex_word word_{free};
};

// Holds a core::lock for a scope.
template <class Sys>
class [[nodiscard]] hold {
 public:
  explicit hold(lock<Sys>& held) noexcept : lock_(held) { lock_.acquire(); }
  ~hold() { lock_.release(); }
  hold(const hold&) = delete;
  hold& operator=(const hold&) = delete;

 private:
  lock<Sys>& lock_;
};

}  // namespace heddle::core
