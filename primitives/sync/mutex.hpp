// A mutual exclusion lock of four bytes (Drepper, "Futexes Are Tricky", 2011, mutex 3).
//
// The word is free, held, or held with possible sleepers. Only the last costs a system call on unlock. A
// thread that has slept takes the lock as `contended`, because it cannot know whether others still sleep: at
// worst one wake too many, never one too few.
#pragma once

#include <chrono>
#include <cstdint>

#include "primitives/core/deadline.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// Lockable and TimedLockable, as std::timed_mutex: not recursive, unlocked by the thread that locked it
// (neither is checked here). Barging: a newcomer may overtake sleepers. unlock() synchronises with the lock()
// that follows it. May be destroyed as soon as no thread holds it or waits for it, even while the last
// unlock() is still returning.
template <class Sys = sys::threads>
class basic_mutex {
 public:
  constexpr basic_mutex() noexcept = default;
  basic_mutex(const basic_mutex&) = delete;
  basic_mutex& operator=(const basic_mutex&) = delete;

  // Blocks until the calling thread holds the lock.
  void lock() noexcept {
    if (!try_lock()) lock_slowly(sys::no_deadline);
  }

  // Never blocks, and never fails when the lock is free.
  [[nodiscard]] bool try_lock() noexcept {
    std::uint32_t expected = free;
    return word_.compare_exchange_strong(expected, held, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // Blocks for at most `duration`. Zero or less is try_lock().
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> duration) {
    if (try_lock()) return true;
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 && lock_slowly(deadline_after<Sys>(left));
  }

  // Blocks until `time` of the given clock at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> time) {
    if (try_lock()) return true;
    for (auto left = time - Clock::now(); left > left.zero(); left = time - Clock::now())
      if (try_lock_for(left)) return true;
    return false;
  }

  // Frees the lock and wakes one sleeper. Does not touch the mutex after another thread can have taken it:
  // the wake names an address only.
  void unlock() noexcept {
    if (word_.exchange(free, std::memory_order_release) == contended) Sys::futex_wake(word_, 1);
  }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t contended = 2;

  bool lock_slowly(sys::nanoseconds deadline) noexcept {
    while (word_.exchange(contended, std::memory_order_acquire) != free)
      if (Sys::futex_wait(word_, contended, deadline) == sys::futex_result::timed_out) return false;
    return true;
  }

  typename Sys::futex_word word_{free};
};

using mutex = basic_mutex<>;

}  // namespace heddle
