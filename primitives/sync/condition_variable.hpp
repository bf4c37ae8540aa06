// Condition variables that lose nothing.
//
// Stronger than std::condition_variable: a notification is given to a thread that waited before it, and is
// never spent on a thread that reports a timeout or a stop (CPython's Condition does that, and so loses a
// wake-up when two threads wait). Waiters are served in the order they came, and wake for a reason only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/wait_queue.hpp"
#include "primitives/sync/mutex.hpp"

namespace heddle {

enum class cv_status : std::uint8_t { no_timeout, timeout };

namespace detail {

// A lock whose levels can all be freed at once, such as a recursive_mutex.
template <class Lock>
concept fully_unlockable = requires(Lock& lock) {
  lock.lock_fully(lock.unlock_fully());
};
template <class Lock>
concept guards_fully_unlockable = requires(Lock& lock) {
  { *lock.mutex() } -> fully_unlockable;
};

// Frees a lock for a scope, with all its levels.
template <class Lock>
class [[nodiscard]] set_free {
 public:
  explicit set_free(Lock& lock) : lock_(lock) {
    if constexpr (fully_unlockable<Lock>) {
      levels_ = lock.unlock_fully();
    } else if constexpr (guards_fully_unlockable<Lock>) {
      levels_ = lock.mutex()->unlock_fully();
    } else {
      lock.unlock();
    }
  }
  ~set_free() {
    if constexpr (fully_unlockable<Lock>) {
      lock_.lock_fully(levels_);
    } else if constexpr (guards_fully_unlockable<Lock>) {
      lock_.mutex()->lock_fully(levels_);
    } else {
      lock_.lock();
    }
  }
  set_free(const set_free&) = delete;
  set_free& operator=(const set_free&) = delete;

 private:
  Lock& lock_;
  std::uint32_t levels_ = 0;
};

// Throws unless the calling thread holds the lock, as far as the lock can tell.
template <class Lock>
void require_held(Lock& lock) {
  if constexpr (requires { lock.owns_lock(); }) {
    if (!lock.owns_lock())
      throw_lock_error(std::errc::operation_not_permitted, "condition_variable: waiting without the lock");
  }
  if constexpr (misuse_checked) {
    if constexpr (requires { lock.require_ownership(); }) lock.require_ownership();
    if constexpr (requires { lock.mutex()->require_ownership(); }) lock.mutex()->require_ownership();
  }
}

}  // namespace detail

// Works with every BasicLockable; all levels of a recursive_mutex are freed while waiting, and restored.
//
// wait is atomic: a thread that notifies after taking the lock the waiter freed finds the waiter. A
// notification that finds nobody is not remembered. A wait returns with the lock held, also by exception. The
// lock orders memory; beyond it, notify synchronises with the return of the waits it ends.
//
// May be destroyed once all waiters were notified, even before they return. Misuse: waiting without the lock
// throws operation_not_permitted; destruction while threads wait terminates the program.
template <class Sys = sys::threads>
class basic_condition_variable_any {
 public:
  constexpr basic_condition_variable_any() noexcept = default;
  basic_condition_variable_any(const basic_condition_variable_any&) = delete;
  basic_condition_variable_any& operator=(const basic_condition_variable_any&) = delete;
  // Waits for threads whose wait timed out and which still have to leave.
  ~basic_condition_variable_any() { waiters_.wait_for_leavers("condition_variable"); }

  // Ends the wait of the thread that waits longest, if any does.
  void notify_one() noexcept { notify_n(1); }

  // Ends the waits of the `count` threads that wait longest, or of all if there are fewer.
  void notify_n(std::size_t count) noexcept {
    // A waiter that must be found entered before it freed the lock, and is.
    waiters_.take(count).answer();
  }

  // Ends the waits of all threads that wait.
  void notify_all() noexcept { notify_n(~std::size_t{0}); }

  // Frees `lock`, blocks until notified, takes it back.
  template <class Lock>
  void wait(Lock& lock) {
    block(lock, sys::no_deadline, {});
  }

  // Waits until ready() is true, which is asked with the lock held, and first of all.
  template <class Lock, class Predicate>
  void wait(Lock& lock, Predicate ready) {
    while (!ready()) wait(lock);
  }

  // As above, or until a stop is requested. Returns ready().
  template <class Lock, class Predicate>
  bool wait(Lock& lock, std::stop_token stop, Predicate ready) {
    return wait_until_ready(lock, sys::no_deadline, stop, ready);
  }

  // `timeout`: not notified within `duration`, which is then over. Zero or less frees the lock and takes it
  // back.
  template <class Lock, class Rep, class Period>
  cv_status wait_for(Lock& lock, std::chrono::duration<Rep, Period> duration) {
    return block(lock, deadline_after<Sys>(duration), {}) == core::wait_end::left ? cv_status::timeout
                                                                                  : cv_status::no_timeout;
  }

  // Returns ready() after it came true or `duration` is over.
  template <class Lock, class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::chrono::duration<Rep, Period> duration, Predicate ready) {
    return wait_until_ready(lock, deadline_after<Sys>(duration), {}, ready);
  }
  template <class Lock, class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::stop_token stop, std::chrono::duration<Rep, Period> duration,
                Predicate ready) {
    return wait_until_ready(lock, deadline_after<Sys>(duration), stop, ready);
  }

  template <class Lock, class Clock, class Duration>
  cv_status wait_until(Lock& lock, std::chrono::time_point<Clock, Duration> time) {
    const bool notified =
        until(time, [&](auto left) { return wait_for(lock, left) == cv_status::no_timeout; });
    return notified ? cv_status::no_timeout : cv_status::timeout;
  }
  template <class Lock, class Clock, class Duration, class Predicate>
  bool wait_until(Lock& lock, std::chrono::time_point<Clock, Duration> time, Predicate ready) {
    return until(time, [&](auto left) { return wait_for(lock, left, ready); });
  }

 private:
  template <class Lock>
  core::wait_end block(Lock& lock, sys::nanoseconds deadline, const std::stop_token& stop) {
    detail::require_held(lock);
    typename core::wait_queue<Sys>::node me;
    waiters_.push(me);
    const detail::set_free<Lock> free(lock);
    const core::wait_end end = me.sleep(deadline, stop);
    if (end == core::wait_end::left) waiters_.remove(me);
    return end;
  }

  template <class Lock, class Predicate>
  bool wait_until_ready(Lock& lock, sys::nanoseconds deadline, const std::stop_token& stop,
                        Predicate& ready) {
    while (!ready())
      if (stop.stop_requested() || block(lock, deadline, stop) == core::wait_end::left) return ready();
    return true;
  }

  core::wait_queue<Sys> waiters_;
};

// The same for std::unique_lock<mutex> alone, whose owner it checks.
template <class Sys = sys::threads>
class basic_condition_variable : private basic_condition_variable_any<Sys> {
  using any = basic_condition_variable_any<Sys>;

 public:
  constexpr basic_condition_variable() noexcept = default;

  using any::notify_all;
  using any::notify_n;
  using any::notify_one;

  template <template <class> class UniqueLock, class... Arguments>
  decltype(auto) wait(UniqueLock<basic_mutex<Sys>>& lock, Arguments&&... arguments) {
    return any::wait(lock, static_cast<Arguments&&>(arguments)...);
  }
  template <template <class> class UniqueLock, class... Arguments>
  decltype(auto) wait_for(UniqueLock<basic_mutex<Sys>>& lock, Arguments&&... arguments) {
    return any::wait_for(lock, static_cast<Arguments&&>(arguments)...);
  }
  template <template <class> class UniqueLock, class... Arguments>
  decltype(auto) wait_until(UniqueLock<basic_mutex<Sys>>& lock, Arguments&&... arguments) {
    return any::wait_until(lock, static_cast<Arguments&&>(arguments)...);
  }
};

using condition_variable_any = basic_condition_variable_any<>;
using condition_variable = basic_condition_variable<>;

}  // namespace heddle
