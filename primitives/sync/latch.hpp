// A counter threads wait for until it reaches zero, once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/word_wait.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// As std::latch, with timed waits. What happened before any count_down() happens before the return of every
// wait. The count_down() that reaches zero may be the last use of the object by anyone.
// Misuse: counting below zero throws value_too_large.
template <class Sys = sys::threads>
class basic_latch {
 public:
  // Throws value_too_large unless 0 <= count <= max().
  constexpr explicit basic_latch(std::ptrdiff_t count) : word_(checked(count) * one) {}
  basic_latch(const basic_latch&) = delete;
  basic_latch& operator=(const basic_latch&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return (std::ptrdiff_t{1} << 31) - 1; }

  // Never blocks.
  void count_down(std::ptrdiff_t count = 1) {
    const std::uint32_t down = checked(count) * one;
    if constexpr (misuse_checked) {
      if (down > (word_.load(std::memory_order_relaxed) & ~sleepers)) checked(-1);
    }
    // release: the waits see what came before. All count-downs are one release sequence. acquire: as
    // core::wait_on() asks.
    const std::uint32_t before = word_.fetch_sub(down, std::memory_order_acq_rel);
    if (before - down == sleepers) core::wake_sleepers<Sys>(word_, sys::wake_all);
  }

  // Whether the count is zero. acquire: true shows what happened before every count_down().
  bool try_wait() const noexcept { return word_.load(std::memory_order_acquire) < one; }

  // Blocks until the count is zero.
  void wait() const noexcept { wait_to(sys::no_deadline); }

  // False: a stop was requested first.
  bool wait(const std::stop_token& stop) const noexcept { return wait_to(sys::no_deadline, stop); }

  // Whether the count reached zero within `duration`, which a stop ends early.
  template <class Rep, class Period>
  bool wait_for(std::chrono::duration<Rep, Period> duration,
                const std::stop_token& stop = {}) const noexcept {
    if (try_wait()) return true;
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 && wait_to(deadline_after<Sys>(left), stop);
  }
  template <class Clock, class Duration>
  bool wait_until(std::chrono::time_point<Clock, Duration> time) const noexcept {
    return until(time, [this](auto left) { return wait_for(left); });
  }

  void arrive_and_wait(std::ptrdiff_t count = 1) {
    count_down(count);
    wait();
  }

 private:
  static constexpr std::uint32_t sleepers = 1;
  static constexpr std::uint32_t one = 2;

  static constexpr std::uint32_t checked(std::ptrdiff_t count) {
    if (count < 0 || count > max()) throw_lock_error(std::errc::value_too_large, "latch: no such count");
    return static_cast<std::uint32_t>(count);
  }

  bool wait_to(sys::nanoseconds deadline, const std::stop_token& stop = {}) const noexcept {
    // acquire, in every load below too: pairs with the count-downs.
    std::uint32_t seen = word_.load(std::memory_order_acquire);
    if (seen < one) return true;
    return core::wait_on<Sys>(word_, deadline, stop,
                              [this, seen](auto& wait) noexcept { return this->wait_from(seen, wait); });
  }

  template <class Wait>
  bool wait_from(std::uint32_t seen, Wait& wait) const noexcept {
    for (;;) {
      if (seen < one) return true;
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

using latch = basic_latch<>;

}  // namespace heddle
