// A mutual exclusion lock that any thread may unlock: Python's threading.Lock.
#pragma once

#include <chrono>

#include "primitives/core/annotations.hpp"
#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/lock.hpp"

namespace heddle {

// As basic_mutex, but without an owner: locked by one thread, it may be unlocked by another. Lockable and
// TimedLockable otherwise. unlock() synchronises with the lock() that follows it, and may be the last use of
// the object by anyone.
// Misuse: unlock() of a free lock throws operation_not_permitted, and leaves it free.
template <class Sys = sys::threads>
class HEDDLE_CAPABILITY("mutex") basic_unowned_mutex {
 public:
  constexpr basic_unowned_mutex() noexcept = default;

  // Blocks until the lock is the caller's.
  void lock() noexcept HEDDLE_ACQUIRE() { lock_.acquire(); }

  // Never blocks, and never fails when the lock is free.
  [[nodiscard]] bool try_lock() noexcept HEDDLE_TRY_ACQUIRE(true) { return lock_.try_acquire(); }

  // Blocks for at most `duration`. Zero or less is try_lock().
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> duration) HEDDLE_TRY_ACQUIRE(true) {
    if (lock_.try_acquire()) return true;
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 && lock_.acquire_until(deadline_after<Sys>(left));
  }

  // Blocks until `time` of the given clock at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> time) HEDDLE_TRY_ACQUIRE(true) {
    return until(time, [this](auto left) { return try_lock_for(left); });
  }

  void unlock() noexcept(!misuse_checked) HEDDLE_RELEASE() {
    if (!lock_.release() && misuse_checked)
      throw_lock_error(std::errc::operation_not_permitted, "unowned_mutex: unlocked while free");
  }

  // A hint: out of date when it returns.
  bool is_locked() const noexcept { return lock_.is_held(); }

 private:
  core::lock<Sys> lock_;
};

using unowned_mutex = basic_unowned_mutex<>;

}  // namespace heddle
