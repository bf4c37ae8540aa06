// A mutex its owner may lock again: Python's threading.RLock.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "primitives/core/annotations.hpp"
#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/sync/mutex.hpp"

namespace heddle {

// Lockable and TimedLockable, as std::recursive_timed_mutex: free again after as many unlocks as locks, all
// by the owner. The last unlock() synchronises with the next first lock(). A condition variable frees all
// levels while it waits and restores them. Eight bytes: a mutex, and a count that only the owner touches.
// Misuse: unlock() by another thread than the owner throws operation_not_permitted. In all builds: the level
// that does not fit throws value_too_large.
template <class Sys = sys::threads>
class HEDDLE_CAPABILITY("mutex") basic_recursive_mutex {
 public:
  constexpr basic_recursive_mutex() noexcept = default;

  // Blocks until the calling thread holds the lock.
  void lock() HEDDLE_ACQUIRE() {
    if (mutex_.is_owned_by_this_thread()) {
      nest();
    } else {
      mutex_.lock();
      count_ = 1;
    }
  }

  // Never blocks, and succeeds when the lock is free or the caller's.
  [[nodiscard]] bool try_lock() HEDDLE_TRY_ACQUIRE(true) {
    return take([this] { return mutex_.try_lock(); });
  }

  // Blocks for at most `duration`. Zero or less is try_lock().
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> duration) HEDDLE_TRY_ACQUIRE(true) {
    return take([&] { return mutex_.try_lock_for(duration); });
  }

  // Blocks until `time` of the given clock at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> time) HEDDLE_TRY_ACQUIRE(true) {
    return take([&] { return mutex_.try_lock_until(time); });
  }

  // Takes back one level; the last one frees the lock.
  void unlock() noexcept(!misuse_checked) HEDDLE_RELEASE() {
    if constexpr (misuse_checked) mutex_.require_ownership();
    if (--count_ == 0) mutex_.unlock();
  }

  bool is_owned_by_this_thread() const noexcept { return mutex_.is_owned_by_this_thread(); }

  // How often the calling thread holds the lock; 0 if it does not.
  std::uint32_t recursion_count() const noexcept { return is_owned_by_this_thread() ? count_ : 0; }

  // A hint: out of date when it returns.
  bool is_locked() const noexcept { return mutex_.is_locked(); }

  // Throws unless the calling thread holds the lock.
  void require_ownership() const { mutex_.require_ownership(); }

  // For condition variables: frees the lock whatever its level, which is returned, and takes it back.
  [[nodiscard]] std::uint32_t unlock_fully() noexcept(!misuse_checked) HEDDLE_NO_ANALYSIS {
    if constexpr (misuse_checked) mutex_.require_ownership();
    const std::uint32_t levels = count_;
    count_ = 0;
    mutex_.unlock();
    return levels;
  }
  void lock_fully(std::uint32_t levels) noexcept(!misuse_checked) HEDDLE_NO_ANALYSIS {
    mutex_.lock();
    count_ = levels;
  }

 private:
  void nest() {
    if (count_ == std::numeric_limits<std::uint32_t>::max())
      throw_lock_error(std::errc::value_too_large, "recursive_mutex: locked too often");
    ++count_;
  }

  template <class Attempt>
  bool take(Attempt attempt) HEDDLE_NO_ANALYSIS {
    if (mutex_.is_owned_by_this_thread()) {
      nest();
      return true;
    }
    if (!attempt()) return false;
    count_ = 1;
    return true;
  }

  basic_mutex<Sys> mutex_;
  std::uint32_t count_ = 0;  // the owner's
};

using recursive_mutex = basic_recursive_mutex<>;

}  // namespace heddle
