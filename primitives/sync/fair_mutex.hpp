// A mutex that serves threads in the order of their arrival.
//
// unlock() hands the lock to the thread that waits longest: nobody overtakes it, at the price of a context
// switch for every hand-over. While the lock is contended that is several times slower than a mutex that lets
// newcomers in; use it where waiting times must be bounded.
#pragma once

#include <chrono>
#include <cstdint>

#include "primitives/core/annotations.hpp"
#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"

namespace heddle {

// Lockable and TimedLockable, not recursive. A thread that waits is overtaken by none that arrives later:
// between its arrival and its turn, every other thread that was there before gets the lock at most once.
// unlock() synchronises with the lock() that follows it. May be destroyed as soon as no thread holds it or
// waits for it.
// Misuse: unlock() by another thread than the owner throws operation_not_permitted, lock() by the owner
// resource_deadlock_would_occur.
template <class Sys = sys::threads>
class HEDDLE_CAPABILITY("mutex") basic_fair_mutex {
 public:
  constexpr basic_fair_mutex() noexcept = default;

  // Blocks until the calling thread holds the lock.
  void lock() noexcept(!misuse_checked) HEDDLE_ACQUIRE() { lock_until(sys::no_deadline); }

  // Never waits for the holder, and never fails when the lock is free.
  [[nodiscard]] bool try_lock() noexcept HEDDLE_TRY_ACQUIRE(true) {
    const core::hold<Sys> inside(inside_);
    return take();
  }

  // Blocks for at most `duration`. Zero or less is try_lock().
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> duration) HEDDLE_TRY_ACQUIRE(true) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 ? lock_until(deadline_after<Sys>(left)) : try_lock();
  }

  // Blocks until `time` of the given clock at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> time) HEDDLE_TRY_ACQUIRE(true) {
    return until(time, [this](auto left) { return try_lock_for(left); });
  }

  // Hands the lock to the thread that waits longest, or frees it.
  void unlock() noexcept(!misuse_checked) HEDDLE_RELEASE() {
    inside_.acquire();
    if (misuse_checked && owner_ != Sys::self()) {
      inside_.release();
      throw_lock_error(std::errc::operation_not_permitted, "fair_mutex: not held by the calling thread");
    }
    typename core::wait_list<Sys>::chosen next = waiters_.take_one();
    // Handed over, not free: nobody can take it before the thread that was selected enters its name.
    owner_ = next.any() ? handed_over : nobody;
    inside_.release();
    next.answer();
  }

  bool is_owned_by_this_thread() const noexcept {
    const core::hold<Sys> inside(inside_);
    return owner_ == Sys::self();
  }

  // Throws unless the calling thread holds the lock.
  void require_ownership() const {
    if (!is_owned_by_this_thread())
      throw_lock_error(std::errc::operation_not_permitted, "fair_mutex: not held by the calling thread");
  }

 private:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t handed_over = ~std::uint32_t{0};

  bool take() noexcept {
    if (owner_ != nobody) return false;
    owner_ = Sys::self();
    return true;
  }

  bool lock_until(sys::nanoseconds deadline) noexcept(!misuse_checked) {
    inside_.acquire();
    if (take()) {
      inside_.release();
      return true;
    }
    if (misuse_checked && owner_ == Sys::self()) {
      inside_.release();
      throw_lock_error(std::errc::resource_deadlock_would_occur, "fair_mutex: locked again by its owner");
    }
    const bool mine = core::wait_in(waiters_, inside_, deadline) == core::wait_end::selected;
    if (mine) owner_ = Sys::self();
    inside_.release();
    return mine;
  }

  mutable core::lock<Sys> inside_;
  std::uint32_t owner_ = nobody;
  core::wait_list<Sys> waiters_;
};

using fair_mutex = basic_fair_mutex<>;

}  // namespace heddle
