// A mutual exclusion lock of four bytes that knows its owner.
//
// The word is 0 when free, else the owner's thread number and a bit for possible sleepers (as the kernel's
// own futex protocols lay it out). Only with that bit does unlocking cost a system call. A thread that has
// slept takes the lock with the bit set, because it cannot know whether others still sleep: at worst one wake
// too many, never one too few (Drepper, "Futexes Are Tricky", 2011, mutex 3).
#pragma once

#include <chrono>
#include <cstdint>

#include "primitives/core/annotations.hpp"
#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// Lockable and TimedLockable, as std::timed_mutex: not recursive, unlocked by the thread that locked it.
// Barging: a newcomer may overtake sleepers (fair_mutex does not). unlock() synchronises with the lock() that
// follows it. May be destroyed as soon as no thread holds it or waits for it, even while the last unlock() is
// still returning.
// Misuse: unlock() by another thread than the owner throws operation_not_permitted, lock() by the owner
// resource_deadlock_would_occur.
template <class Sys = sys::threads>
class HEDDLE_CAPABILITY("mutex") basic_mutex {
 public:
  constexpr basic_mutex() noexcept = default;
  basic_mutex(const basic_mutex&) = delete;
  basic_mutex& operator=(const basic_mutex&) = delete;

  // Blocks until the calling thread holds the lock.
  void lock() noexcept(!misuse_checked) HEDDLE_ACQUIRE() HEDDLE_NO_ANALYSIS {
    std::uint32_t seen = free;
    if (!take(seen)) lock_slowly(seen, sys::no_deadline);
  }

  // Never blocks, and never fails when the lock is free.
  [[nodiscard]] bool try_lock() noexcept HEDDLE_TRY_ACQUIRE(true) {
    std::uint32_t seen = free;
    return take(seen);
  }

  // Blocks for at most `duration`. Zero or less is try_lock().
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> duration) HEDDLE_TRY_ACQUIRE(true) {
    std::uint32_t seen = free;
    if (take(seen)) return true;
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 && lock_slowly(seen, deadline_after<Sys>(left));
  }

  // Blocks until `time` of the given clock at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> time) HEDDLE_TRY_ACQUIRE(true) {
    return until(time, [this](auto left) { return try_lock_for(left); });
  }

  // Frees the lock and wakes one sleeper. Does not touch the mutex after another thread can have taken it:
  // the wake names an address only.
  void unlock() noexcept(!misuse_checked) HEDDLE_RELEASE() {
    if constexpr (misuse_checked) require_ownership();
    // release: the next holder sees what this one did.
    if ((word_.exchange(free, std::memory_order_release) & sleepers) != 0) Sys::futex_wake(word_, 1);
  }

  // Whether the calling thread holds the lock. Exact.
  // relaxed: a thread reads its own number only if it stored it last itself.
  bool is_owned_by_this_thread() const noexcept {
    return (word_.load(std::memory_order_relaxed) & ~sleepers) == Sys::self();
  }

  // Whether some thread holds the lock. A hint: out of date when it returns.
  bool is_locked() const noexcept { return word_.load(std::memory_order_relaxed) != free; }

  // Throws unless the calling thread holds the lock.
  void require_ownership() const {
    if (!is_owned_by_this_thread())
      throw_lock_error(std::errc::operation_not_permitted, "mutex: not held by the calling thread");
  }

  // In the child of a fork: free again, whoever held it in the parent.
  void after_fork_child() noexcept { word_.store(free, std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t sleepers = std::uint32_t{1} << 31;

  // `seen` is free; or what was found instead.
  bool take(std::uint32_t& seen) noexcept {
    // acquire: sees what the last holder did.
    return word_.compare_exchange_strong(seen, Sys::self(), std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // While others sleep, spinning would only overtake them for longer.
  bool spin(std::uint32_t& seen) noexcept {
    for (int round = Sys::spin_rounds(); round > 0 && (seen & sleepers) == 0; --round) {
      Sys::pause(round);
      seen = word_.load(std::memory_order_relaxed);
      if (seen == free && take(seen)) return true;
    }
    return false;
  }

  bool lock_slowly(std::uint32_t seen, sys::nanoseconds deadline) noexcept(!misuse_checked) {
    if constexpr (misuse_checked) {
      if ((seen & ~sleepers) == Sys::self())
        throw_lock_error(std::errc::resource_deadlock_would_occur, "mutex: locked again by its owner");
    }
    if (spin(seen)) return true;
    for (;;) {
      if (seen == free) {
        if (word_.compare_exchange_weak(seen, Sys::self() | sleepers, std::memory_order_acquire,
                                        std::memory_order_relaxed))
          return true;
        continue;
      }
      if ((seen & sleepers) == 0 &&
          !word_.compare_exchange_weak(seen, seen | sleepers, std::memory_order_relaxed,
                                       std::memory_order_relaxed))
        continue;
      // The bit stays when a thread gives up: at worst one wake too many.
      if (Sys::futex_wait(word_, seen | sleepers, deadline) == sys::futex_result::timed_out) return false;
      seen = word_.load(std::memory_order_relaxed);
    }
  }

  typename Sys::futex_word word_{free};
};

using mutex = basic_mutex<>;

}  // namespace heddle
