// A lock and a condition in one: Python's threading.Condition.
#pragma once

#include <chrono>
#include <cstddef>

#include "primitives/core/annotations.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/sync/condition_variable.hpp"
#include "primitives/sync/recursive_mutex.hpp"

namespace heddle {

// BasicLockable by `Lock`; waiting and notifying require the lock (operation_not_permitted where misuse is
// checked). The rest is as in condition_variable_any: waiting frees all levels of a recursive lock,
// notifications are neither lost nor remembered.
template <class Lock = recursive_mutex, class Sys = sys::threads>
class HEDDLE_CAPABILITY("mutex") basic_monitor {
 public:
  basic_monitor() = default;

  void lock() HEDDLE_ACQUIRE() { lock_.lock(); }
  [[nodiscard]] bool try_lock() HEDDLE_TRY_ACQUIRE(true) { return lock_.try_lock(); }
  void unlock() HEDDLE_RELEASE() { lock_.unlock(); }

  void wait() HEDDLE_REQUIRES(this) { condition_.wait(lock_); }
  template <class Predicate>
  void wait(Predicate ready) HEDDLE_REQUIRES(this) {
    condition_.wait(lock_, ready);
  }
  template <class Predicate>
  bool wait(std::stop_token stop, Predicate ready) HEDDLE_REQUIRES(this) {
    return condition_.wait(lock_, stop, ready);
  }
  template <class Rep, class Period>
  cv_status wait_for(std::chrono::duration<Rep, Period> duration) HEDDLE_REQUIRES(this) {
    return condition_.wait_for(lock_, duration);
  }
  template <class Rep, class Period, class Predicate>
  bool wait_for(std::chrono::duration<Rep, Period> duration, Predicate ready) HEDDLE_REQUIRES(this) {
    return condition_.wait_for(lock_, duration, ready);
  }
  template <class Clock, class Duration, class Predicate>
  bool wait_until(std::chrono::time_point<Clock, Duration> time, Predicate ready) HEDDLE_REQUIRES(this) {
    return condition_.wait_until(lock_, time, ready);
  }

  void notify_one() HEDDLE_REQUIRES(this) { notify_n(1); }
  void notify_all() HEDDLE_REQUIRES(this) { notify_n(~std::size_t{0}); }
  void notify_n(std::size_t count) HEDDLE_REQUIRES(this) {
    detail::require_held(lock_);
    condition_.notify_n(count);
  }

 private:
  Lock lock_;
  basic_condition_variable_any<Sys> condition_;
};

using monitor = basic_monitor<>;

}  // namespace heddle
