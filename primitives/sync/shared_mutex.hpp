// A lock for one writer or many readers, in four bytes.
//
// The word holds whether a writer is inside, how many readers are, how many writers wait, and whether readers
// sleep. All sleep on that word, readers and writers in groups of their own, so that leaving is one step on
// one word, after which the object is not touched (two words, one to count and one to sleep on, would be).
#pragma once

#include <chrono>
#include <cstdint>

#include "primitives/core/annotations.hpp"
#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// SharedTimedLockable, as std::shared_timed_mutex. Writers that wait keep new readers out, so readers cannot
// starve them; a stream of writers can starve readers. Not recursive in either way: a reader that locks again
// while a writer waits waits for itself. There is no upgrade from reader to writer.
// Unlocking synchronises with the locking that follows it. May be destroyed as soon as no thread holds it or
// waits for it.
// Up to 65,535 readers inside: one more throws resource_unavailable_try_again. More than 16,383 waiting
// writers wait less efficiently. Misuse: unlocking what is not locked that way throws
// operation_not_permitted.
template <class Sys = sys::threads>
class HEDDLE_CAPABILITY("shared_mutex") basic_shared_mutex {
 public:
  constexpr basic_shared_mutex() noexcept = default;
  basic_shared_mutex(const basic_shared_mutex&) = delete;
  basic_shared_mutex& operator=(const basic_shared_mutex&) = delete;

  // Blocks until the calling thread is the only one inside.
  void lock() noexcept HEDDLE_ACQUIRE() {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    if (!take(seen)) lock_until(seen, sys::no_deadline);
  }
  // Never blocks, and never fails when nobody is inside.
  [[nodiscard]] bool try_lock() noexcept HEDDLE_TRY_ACQUIRE(true) {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    return take(seen);
  }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> duration) HEDDLE_TRY_ACQUIRE(true) {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    if (take(seen)) return true;
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 && lock_until(seen, deadline_after<Sys>(left));
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> time) HEDDLE_TRY_ACQUIRE(true) {
    return until(time, [this](auto left) { return try_lock_for(left); });
  }
  // Wakes a writer, or all readers if no writer waits.
  void unlock() noexcept(!misuse_checked) HEDDLE_RELEASE() {
    if constexpr (misuse_checked) require((word_.load(std::memory_order_relaxed) & writer) != 0);
    // release: the next inside sees what this one did.
    wake(change([](std::uint32_t word) { return without_idle_sleepers(word & ~writer); },
                std::memory_order_release));
  }

  // Blocks while a writer is inside or waits.
  void lock_shared() HEDDLE_ACQUIRE_SHARED() {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    if (!enter(seen, true)) lock_shared_until(seen, sys::no_deadline);
  }
  // Never blocks, and never fails when no writer is inside.
  [[nodiscard]] bool try_lock_shared() HEDDLE_TRY_ACQUIRE_SHARED(true) {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    return enter(seen, false);
  }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_shared_for(std::chrono::duration<Rep, Period> duration)
      HEDDLE_TRY_ACQUIRE_SHARED(true) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    if (left == 0) return enter(seen, false);
    return enter(seen, true) || lock_shared_until(seen, deadline_after<Sys>(left));
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_shared_until(std::chrono::time_point<Clock, Duration> time)
      HEDDLE_TRY_ACQUIRE_SHARED(true) {
    return until(time, [this](auto left) { return try_lock_shared_for(left); });
  }
  // The last reader wakes a writer.
  void unlock_shared() noexcept(!misuse_checked) HEDDLE_RELEASE_SHARED() {
    if constexpr (misuse_checked) require(readers(word_.load(std::memory_order_relaxed)) != 0);
    // release: the next writer sees that this reader has read.
    const std::uint32_t before = word_.fetch_sub(one_reader, std::memory_order_release);
    if (readers(before) == 1 && waiting_writers(before) != 0) Sys::futex_wake(word_, 1, for_writers);
  }

 private:
  static constexpr std::uint32_t one_reader = 1;
  static constexpr std::uint32_t readers_max = (std::uint32_t{1} << 16) - 1;
  static constexpr std::uint32_t one_waiting = readers_max + 1;
  static constexpr std::uint32_t waiting_max = (std::uint32_t{1} << 14) - 1;
  static constexpr std::uint32_t readers_sleep = std::uint32_t{1} << 30;
  static constexpr std::uint32_t writer = std::uint32_t{1} << 31;

  static constexpr sys::futex_groups for_readers = 1;
  static constexpr sys::futex_groups for_writers = 2;

  static constexpr std::uint32_t readers(std::uint32_t word) { return word & readers_max; }
  static constexpr std::uint32_t waiting_writers(std::uint32_t word) {
    return (word & ~(writer | readers_sleep)) / one_waiting;
  }
  static constexpr bool is_free(std::uint32_t word) { return (word & writer) == 0 && readers(word) == 0; }
  static constexpr bool bars_readers(std::uint32_t word) {
    return (word & writer) != 0 || waiting_writers(word) != 0;
  }
  // Readers sleep only while something bars them.
  static constexpr std::uint32_t without_idle_sleepers(std::uint32_t word) {
    return bars_readers(word) ? word : word & ~readers_sleep;
  }

  static void require(bool held) {
    if (!held) throw_lock_error(std::errc::operation_not_permitted, "shared_mutex: not locked like that");
  }

  struct transition {
    std::uint32_t before;
    std::uint32_t after;
  };
  template <class Change>
  transition change(Change next, std::memory_order order) noexcept {
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    while (!word_.compare_exchange_weak(seen, next(seen), order, std::memory_order_relaxed)) {
    }
    return {seen, next(seen)};
  }

  // After a writer left or gave up: whom the change lets in.
  void wake(transition done) noexcept {
    if (is_free(done.after) && waiting_writers(done.after) != 0) {
      Sys::futex_wake(word_, 1, for_writers);
    } else if ((done.before & ~done.after & readers_sleep) != 0) {
      Sys::futex_wake(word_, sys::wake_all, for_readers);
    }
  }

  // False: somebody is inside, as `seen` tells.
  bool take(std::uint32_t& seen) noexcept {
    while (is_free(seen))
      // acquire: sees what all before it did inside. Their unlocks and the changes of the counters are
      // read-modify-writes, so none of their release sequences is broken.
      if (word_.compare_exchange_weak(seen, seen | writer, std::memory_order_acquire,
                                      std::memory_order_relaxed))
        return true;
    return false;
  }

  // False: a writer is in the way, as `seen` tells.
  bool enter(std::uint32_t& seen, bool behind_waiting_writers) {
    while (behind_waiting_writers ? !bars_readers(seen) : (seen & writer) == 0) {
      if (readers(seen) == readers_max)
        throw_lock_error(std::errc::resource_unavailable_try_again, "shared_mutex: too many readers");
      // acquire: sees what the last writer did.
      if (word_.compare_exchange_weak(seen, seen + one_reader, std::memory_order_acquire,
                                      std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  template <class Attempt>
  bool spin(std::uint32_t& seen, Attempt attempt) {
    for (int round = Sys::spin_rounds(); round > 0; --round) {
      Sys::pause(round);
      seen = word_.load(std::memory_order_relaxed);
      if (attempt()) return true;
    }
    return false;
  }

  bool lock_shared_until(std::uint32_t seen, sys::nanoseconds deadline) {
    if (spin(seen, [&] { return enter(seen, true); })) return true;
    while (!enter(seen, true)) {
      if ((seen & readers_sleep) == 0 &&
          !word_.compare_exchange_weak(seen, seen | readers_sleep, std::memory_order_relaxed,
                                       std::memory_order_relaxed))
        continue;
      if (Sys::futex_wait(word_, seen | readers_sleep, deadline, for_readers) == sys::futex_result::timed_out)
        return false;
      seen = word_.load(std::memory_order_relaxed);
    }
    return true;
  }

  bool lock_until(std::uint32_t seen, sys::nanoseconds deadline) noexcept HEDDLE_NO_ANALYSIS {
    if (spin(seen, [&] { return take(seen); })) return true;
    for (bool counted = false;;) {
      if (is_free(seen)) {
        const std::uint32_t inside = (counted ? seen - one_waiting : seen) | writer;
        if (word_.compare_exchange_weak(seen, inside, std::memory_order_acquire, std::memory_order_relaxed))
          return true;
        continue;
      }
      if (!counted) {
        if (waiting_writers(seen) == waiting_max) {  // no room to be counted: look again until there is
          if (deadline != sys::no_deadline && Sys::now() >= deadline) return false;
          Sys::yield();
          seen = word_.load(std::memory_order_relaxed);
          continue;
        }
        if (!word_.compare_exchange_weak(seen, seen + one_waiting, std::memory_order_relaxed,
                                         std::memory_order_relaxed))
          continue;
        counted = true;
        seen += one_waiting;
      }
      if (Sys::futex_wait(word_, seen, deadline, for_writers) == sys::futex_result::timed_out) {
        // The readers this thread kept out may come in.
        wake(change([](std::uint32_t word) { return without_idle_sleepers(word - one_waiting); },
                    std::memory_order_relaxed));
        return false;
      }
      seen = word_.load(std::memory_order_relaxed);
    }
  }

  typename Sys::futex_word word_{0};
};

using shared_mutex = basic_shared_mutex<>;

}  // namespace heddle
