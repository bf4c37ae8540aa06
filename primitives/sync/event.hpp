// A flag threads can wait for: Python's threading.Event.
//
// The word holds the flag, whether threads may sleep, and how often it was set. A thread that waits leaves
// when the flag is up or the count has moved on, so that it is released by a set() even if a reset() follows
// at once. (2^30 sets while one thread falls asleep would look like none.)
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "primitives/core/deadline.hpp"
#include "primitives/core/word_wait.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// Manual reset: set() releases every thread that waits, and all that come until reset(). What happened before
// set() happens before the return of the waits it releases, and before a reset() that takes it back. set()
// may be the last use of the object by anyone.
template <class Sys = sys::threads>
class basic_event {
 public:
  constexpr explicit basic_event(bool set = false) noexcept : word_(set ? flag : 0) {}
  basic_event(const basic_event&) = delete;
  basic_event& operator=(const basic_event&) = delete;

  // Idempotent. No system call unless threads sleep.
  void set() noexcept {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    // A set of a set event is a write too: what came before it is published like that of the first.
    // release: the threads released see what came before. acquire: as core::wait_on() asks.
    while (!word_.compare_exchange_weak(seen,
                                        (seen & flag) != 0 ? seen : ((seen & ~sleepers) | flag) + one_set,
                                        std::memory_order_acq_rel, std::memory_order_relaxed)) {
    }
    if ((seen & sleepers) != 0) core::wake_sleepers<Sys>(word_, sys::wake_all);
  }

  // Idempotent. acquire: a thread that resets first and looks afterwards misses nothing announced by the
  // set() it took back.
  void reset() noexcept { word_.fetch_and(~flag, std::memory_order_acquire); }

  // acquire: true shows what happened before set().
  bool is_set() const noexcept { return (word_.load(std::memory_order_acquire) & flag) != 0; }

  // Blocks until set.
  void wait() const noexcept { wait_to(sys::no_deadline); }

  // False: a stop was requested first.
  bool wait(const std::stop_token& stop) const noexcept { return wait_to(sys::no_deadline, stop); }

  // Returns whether the event was set, at some moment of the call, which a stop ends early.
  template <class Rep, class Period>
  bool wait_for(std::chrono::duration<Rep, Period> duration,
                const std::stop_token& stop = {}) const noexcept {
    if (is_set()) return true;
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 && wait_to(deadline_after<Sys>(left), stop);
  }
  template <class Clock, class Duration>
  bool wait_until(std::chrono::time_point<Clock, Duration> time) const noexcept {
    return until(time, [this](auto left) { return wait_for(left); });
  }

 private:
  static constexpr std::uint32_t flag = 1;
  static constexpr std::uint32_t sleepers = 2;
  static constexpr std::uint32_t one_set = 4;

  static constexpr std::uint32_t sets(std::uint32_t word) noexcept { return word & ~(flag | sleepers); }

  bool wait_to(sys::nanoseconds deadline, const std::stop_token& stop = {}) const noexcept {
    // acquire, in every load below too: pairs with set().
    std::uint32_t seen = word_.load(std::memory_order_acquire);
    if ((seen & flag) != 0) return true;
    return core::wait_on<Sys>(word_, deadline, stop,
                              [this, seen](auto& wait) noexcept { return this->wait_from(seen, wait); });
  }

  template <class Wait>
  bool wait_from(std::uint32_t seen, Wait& wait) const noexcept {
    const std::uint32_t before = sets(seen);
    for (;;) {
      if ((seen & flag) != 0 || sets(seen) != before) return true;
      // release: as core::wait_on() asks.
      const bool announced = ((seen & sleepers) != 0 && !wait.announces()) ||
                             word_.compare_exchange_weak(seen, seen | sleepers, std::memory_order_release,
                                                         std::memory_order_relaxed);
      if (announced && !wait.sleep(seen | sleepers)) return false;
      seen = word_.load(std::memory_order_acquire);
    }
  }

  mutable typename Sys::futex_word word_;
};

// set() releases one thread: one that waits, or else the next that comes. Setting a set event does nothing.
// What happened before set() happens before the return of the wait it ends. Four bytes; set() may be the last
// use of the object by anyone.
//
// The word is a lock's (core::lock) that is free exactly while there is a signal.
template <class Sys = sys::threads>
class basic_auto_reset_event {
 public:
  constexpr basic_auto_reset_event() noexcept = default;
  basic_auto_reset_event(const basic_auto_reset_event&) = delete;
  basic_auto_reset_event& operator=(const basic_auto_reset_event&) = delete;

  void set() noexcept {
    // release: the thread released sees what came before. acquire: as core::wait_on() asks.
    if (word_.exchange(signal, std::memory_order_acq_rel) == sleepers) core::wake_sleepers<Sys>(word_, 1);
  }

  // Takes the signal back if nobody has taken it. Returns whether there was one.
  bool reset() noexcept { return take(); }

  // Blocks until there is a signal, and takes it.
  void wait() noexcept { wait_to(sys::no_deadline); }

  // False: a stop was requested first, and no signal was taken.
  [[nodiscard]] bool wait(const std::stop_token& stop) noexcept { return wait_to(sys::no_deadline, stop); }

  // Whether there was a signal, which is taken. Never blocks, and never fails when there is one.
  [[nodiscard]] bool try_wait() noexcept { return take(); }

  // False after `duration` without a signal, or a stop, and none was taken. Zero or less is try_wait().
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::chrono::duration<Rep, Period> duration,
                              const std::stop_token& stop = {}) noexcept {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 ? wait_to(deadline_after<Sys>(left), stop) : take();
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool wait_until(std::chrono::time_point<Clock, Duration> time) noexcept {
    return until(time, [this](auto left) { return wait_for(left); });
  }

 private:
  static constexpr std::uint32_t signal = 0;
  static constexpr std::uint32_t nothing = 1;
  static constexpr std::uint32_t sleepers = 2;  // nothing, and threads may sleep

  bool take() noexcept {
    std::uint32_t expected = signal;
    // acquire: sees what came before set().
    return word_.compare_exchange_strong(expected, nothing, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // While others sleep, spinning would only overtake them for longer.
  bool spin() noexcept {
    for (int round = Sys::spin_rounds(); round > 0; --round) {
      Sys::pause(round);
      const std::uint32_t seen = word_.load(std::memory_order_relaxed);
      if (seen == signal && take()) return true;
      if (seen == sleepers) return false;
    }
    return false;
  }

  bool wait_to(sys::nanoseconds deadline, const std::stop_token& stop = {}) noexcept {
    return take() || spin() || core::wait_on<Sys>(word_, deadline, stop, [this](auto& wait) noexcept {
             // A thread that has slept cannot know whether others still do: at worst one wake too many.
             // acquire: as in take(). release: as core::wait_on() asks.
             while (word_.exchange(sleepers, std::memory_order_acq_rel) != signal)
               if (!wait.sleep(sleepers)) return false;
             return true;
           });
  }

  typename Sys::futex_word word_{nothing};
};

using event = basic_event<>;
using auto_reset_event = basic_auto_reset_event<>;

}  // namespace heddle
