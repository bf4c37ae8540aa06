// Counting semaphores of four bytes.
//
// One word holds the permits and the number of threads that wait, so that a release is one step that sees
// whether it has to wake and never touches the object afterwards (glibc's bug 12674 was two words), and wakes
// as many threads as it brings permits (waking one when the count was zero loses a wake-up when two threads
// wait and two releases follow each other; libstdc++ 12 wakes all instead, waiters or not).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/word_wait.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

namespace core {

// What the semaphores share. Permits are barged for: a newcomer may take one a sleeper was woken for.
template <class Sys>
class permits {
 public:
  static constexpr std::uint32_t permits_max = (std::uint32_t{1} << 20) - 1;

  constexpr explicit permits(std::uint32_t initial) noexcept : word_(initial) {}

  // Takes `count` permits at once if there are so many. Never fails when there are.
  bool try_take(std::uint32_t count) noexcept {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    return take(seen, count);
  }

  void take(std::uint32_t count) noexcept { static_cast<void>(take_until(count, sys::no_deadline)); }

  // Sleeps until there are `count` permits, and takes them all, or until `deadline` or a stop, and takes
  // none.
  bool take_until(std::uint32_t count, sys::nanoseconds deadline, const std::stop_token& stop = {}) noexcept {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    return take(seen, count) || spin(seen, count) ||
           wait_on<Sys>(word_, deadline, stop,
                        [&](auto& wait) noexcept { return take_slowly(seen, count, wait); });
  }

  // Adds `count` permits and wakes as many threads, unless there would be more than `most`: false.
  bool give(std::uint32_t count, std::uint32_t most) noexcept {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    do {
      if (available(seen) > most || count > most - available(seen)) return false;
      // release: who takes a permit sees what came before it. The permits of earlier releases stay published:
      // taking and giving are read-modify-writes, which continue their release sequences. acquire: as
      // wait_on() asks.
    } while (!word_.compare_exchange_weak(seen, seen + count, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
    wake(seen, count);
    return true;
  }

  // As give(), where the caller knows that `count` more fit: one step, whatever others do.
  void give_fitting(std::uint32_t count) noexcept {
    // release and acquire: as in give().
    wake(word_.fetch_add(count, std::memory_order_acq_rel), count);
  }

  std::uint32_t value() const noexcept { return available(word_.load(std::memory_order_relaxed)); }

 private:
  // 20 bits of permits, 11 of waiters, and one that tells that a thread once waited for several permits.
  static constexpr std::uint32_t one_waiter = permits_max + 1;
  static constexpr std::uint32_t waiters_max = (std::uint32_t{1} << 11) - 1;
  static constexpr std::uint32_t wants_many = std::uint32_t{1} << 31;

  static constexpr std::uint32_t available(std::uint32_t word) noexcept { return word & permits_max; }
  static constexpr std::uint32_t waiters(std::uint32_t word) noexcept {
    return (word & ~wants_many) / one_waiter;
  }

  // `seen`: the word before `count` permits were added.
  void wake(std::uint32_t seen, std::uint32_t count) noexcept {
    // A thread that wants several may not be satisfied by this release: let all look.
    if (waiters(seen) != 0)
      wake_sleepers<Sys>(word_, (seen & wants_many) != 0 ? sys::wake_all : static_cast<std::int32_t>(count));
  }

  // False: there are not enough, as `seen` tells.
  bool take(std::uint32_t& seen, std::uint32_t count) noexcept {
    while (available(seen) >= count) {
      // acquire: sees what came before the releases that brought the permits.
      if (word_.compare_exchange_weak(seen, seen - count, std::memory_order_acquire,
                                      std::memory_order_relaxed))
        return true;
      if (Sys::back_off()) seen = word_.load(std::memory_order_relaxed);
    }
    return false;
  }

  template <class Wait>
  bool take_slowly(std::uint32_t seen, std::uint32_t count, Wait& wait) noexcept {
    const std::uint32_t many = count > 1 ? wants_many : 0;
    for (bool counted = false;;) {
      const std::uint32_t me = counted ? one_waiter : 0;
      if (available(seen) >= count) {
        if (word_.compare_exchange_weak(seen, seen - count - me, std::memory_order_acquire,
                                        std::memory_order_relaxed))
          return true;
        continue;
      }
      if (!counted) {
        if (waiters(seen) == waiters_max) {  // no room to be counted: look again until there is
          if (wait.is_over()) return false;
          Sys::yield();
          seen = word_.load(std::memory_order_relaxed);
          continue;
        }
        const std::uint32_t entered = (seen | many) + one_waiter;
        // release: as wait_on() asks.
        if (!word_.compare_exchange_weak(seen, entered, std::memory_order_release, std::memory_order_relaxed))
          continue;
        counted = true;
        seen = entered;
      }
      if (!wait.sleep(seen)) {
        word_.fetch_sub(one_waiter, std::memory_order_relaxed);
        return false;
      }
      seen = word_.load(std::memory_order_relaxed);
    }
  }

  // While others sleep, spinning would only overtake them for longer. The first looks follow each other
  // closely: a permit that goes to and fro between threads is back soon.
  bool spin(std::uint32_t& seen, std::uint32_t count) noexcept {
    const int rounds = Sys::spin_rounds();
    for (int round = 2 * rounds; round > 0 && waiters(seen) == 0; --round) {
      round > rounds ? Sys::relax() : Sys::pause(round);
      seen = word_.load(std::memory_order_relaxed);
      if (take(seen, count)) return true;
    }
    return false;
  }

  typename Sys::futex_word word_;
};

}  // namespace core

// As std::counting_semaphore. release() synchronises with the acquire that takes its permit, and may be the
// last use of the object by anyone. No owner: any thread may release.
//
// At most LeastMax permits, and 1,048,575. More than 2,047 threads that wait at once wait less efficiently.
template <std::ptrdiff_t LeastMax = core::permits<sys::threads>::permits_max, class Sys = sys::threads>
class basic_counting_semaphore {
  using permits = core::permits<Sys>;
  static_assert(LeastMax >= 0 && LeastMax <= static_cast<std::ptrdiff_t>(permits::permits_max));

 public:
  // Precondition: 0 <= initial <= max(). Else throws value_too_large.
  constexpr explicit basic_counting_semaphore(std::ptrdiff_t initial = 1) : permits_(checked(initial)) {}
  basic_counting_semaphore(const basic_counting_semaphore&) = delete;
  basic_counting_semaphore& operator=(const basic_counting_semaphore&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return LeastMax; }

  // Blocks until there is a permit, and takes it.
  void acquire() noexcept { permits_.take(1); }

  // False: a stop was requested first, and no permit was taken.
  [[nodiscard]] bool acquire(const std::stop_token& stop) {
    return permits_.take_until(1, sys::no_deadline, stop);
  }

  // Blocks until there are `count` permits at once, and takes them together: two threads that need several
  // cannot each hold a part.
  void acquire_n(std::ptrdiff_t count) { permits_.take(checked(count)); }
  [[nodiscard]] bool acquire_n(std::ptrdiff_t count, const std::stop_token& stop) {
    return permits_.take_until(checked(count), sys::no_deadline, stop);
  }

  // Never blocks, and never fails when there is a permit.
  [[nodiscard]] bool try_acquire() noexcept { return permits_.try_take(1); }
  [[nodiscard]] bool try_acquire_n(std::ptrdiff_t count) { return permits_.try_take(checked(count)); }

  // False after `duration` without a permit, or a stop, and none was taken. Zero or less is try_acquire().
  template <class Rep, class Period>
  [[nodiscard]] bool try_acquire_for(std::chrono::duration<Rep, Period> duration,
                                     const std::stop_token& stop = {}) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 ? permits_.take_until(1, deadline_after<Sys>(left), stop) : permits_.try_take(1);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_acquire_until(std::chrono::time_point<Clock, Duration> time) {
    return until(time, [this](auto left) { return try_acquire_for(left); });
  }

  // Adds permits and wakes threads for them. Throws value_too_large, and adds none, if there would be more
  // than max(); the single permit that does not fit the greatest max() is a misuse.
  void release(std::ptrdiff_t count = 1) {
    if (LeastMax == static_cast<std::ptrdiff_t>(permits::permits_max) && count == 1) {
      if (misuse_checked && value() == LeastMax) checked(-1);
      permits_.give_fitting(1);
      return;
    }
    if (!permits_.give(checked(count), static_cast<std::uint32_t>(LeastMax))) checked(-1);
  }

  // A hint: out of date when it returns.
  std::ptrdiff_t value() const noexcept { return static_cast<std::ptrdiff_t>(permits_.value()); }

 private:
  static constexpr std::uint32_t checked(std::ptrdiff_t count) {
    if (count < 0 || count > LeastMax)
      throw_lock_error(std::errc::value_too_large, "counting_semaphore: not that many permits");
    return static_cast<std::uint32_t>(count);
  }

  permits permits_;
};

// A semaphore that holds at most as many permits as it began with: Python's BoundedSemaphore.
template <class Sys = sys::threads>
class basic_bounded_semaphore {
  using permits = core::permits<Sys>;

 public:
  // Throws value_too_large unless 0 <= bound <= 1,048,575.
  constexpr explicit basic_bounded_semaphore(std::ptrdiff_t bound = 1)
      : bound_(checked(bound)), permits_(bound_) {}
  basic_bounded_semaphore(const basic_bounded_semaphore&) = delete;
  basic_bounded_semaphore& operator=(const basic_bounded_semaphore&) = delete;

  std::ptrdiff_t max() const noexcept { return static_cast<std::ptrdiff_t>(bound_); }

  // As counting_semaphore.
  void acquire() noexcept { permits_.take(1); }
  [[nodiscard]] bool acquire(const std::stop_token& stop) {
    return permits_.take_until(1, sys::no_deadline, stop);
  }
  [[nodiscard]] bool try_acquire() noexcept { return permits_.try_take(1); }
  template <class Rep, class Period>
  [[nodiscard]] bool try_acquire_for(std::chrono::duration<Rep, Period> duration,
                                     const std::stop_token& stop = {}) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 ? permits_.take_until(1, deadline_after<Sys>(left), stop) : permits_.try_take(1);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_acquire_until(std::chrono::time_point<Clock, Duration> time) {
    return until(time, [this](auto left) { return try_acquire_for(left); });
  }

  // Gives back `count` permits. Throws over_release, in all builds, and gives back none, if more than the
  // bound would be there.
  void release(std::ptrdiff_t count = 1) {
    if (!permits_.give(checked(count), bound_))
      throw over_release("bounded_semaphore: released more often than acquired");
  }

  // A hint: out of date when it returns.
  std::ptrdiff_t value() const noexcept { return static_cast<std::ptrdiff_t>(permits_.value()); }

 private:
  static constexpr std::uint32_t checked(std::ptrdiff_t count) {
    if (count < 0 || count > static_cast<std::ptrdiff_t>(permits::permits_max))
      throw_lock_error(std::errc::value_too_large, "bounded_semaphore: not that many permits");
    return static_cast<std::uint32_t>(count);
  }

  const std::uint32_t bound_;
  permits permits_;
};

template <std::ptrdiff_t LeastMax = core::permits<sys::threads>::permits_max>
using counting_semaphore = basic_counting_semaphore<LeastMax>;
using binary_semaphore = basic_counting_semaphore<1>;
using bounded_semaphore = basic_bounded_semaphore<>;

}  // namespace heddle
