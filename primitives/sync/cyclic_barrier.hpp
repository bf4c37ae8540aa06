// A barrier that can be used again and can break: Python's threading.Barrier.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/core/expected.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

enum class barrier_errc : std::uint8_t { broken };

// `parties` threads meet; none goes on before all have come. Then the next generation begins at once: an
// early thread of it cannot be mixed up with a late one of the last.
//
// A thread that gives up (its time is over, it is asked to stop), abort(), and an action that throws break
// the barrier: all that wait, and all that come, fail until reset(). Per generation either all threads
// succeed or none does.
//
// What any thread of a generation did before it arrived, and the action, happen before every return from that
// generation. May be destroyed when its last generation was released, even before the threads have returned.
template <class Sys = sys::threads>
class basic_cyclic_barrier {
 public:
  // The number of the thread in the order of arrival, from 0.
  using arrival = expected<std::size_t, barrier_errc>;

  static constexpr std::size_t max() noexcept { return (std::size_t{1} << 31) - 1; }

  // `action` runs in the last thread of each generation to arrive, before any is released; it must not use
  // the barrier. Throws value_too_large unless parties is at least 1 and at most max().
  explicit basic_cyclic_barrier(std::size_t parties, std::function<void()> action = {})
      : parties_(checked(parties)),
        arrived_(0),
        broken_(0),
        action_(action ? std::make_unique<const std::function<void()>>(std::move(action)) : nullptr) {}
  basic_cyclic_barrier(const basic_cyclic_barrier&) = delete;
  basic_cyclic_barrier& operator=(const basic_cyclic_barrier&) = delete;

  // Blocks until `parties` threads have arrived. Throws what the action throws, in the last thread only.
  arrival arrive_and_wait() { return arrive(sys::no_deadline, {}); }

  // As above; a stop that is requested while the thread waits breaks the barrier.
  arrival arrive_and_wait(const std::stop_token& stop) { return arrive(sys::no_deadline, stop); }

  // As above; breaks the barrier if that takes longer than `duration`. The last thread does not wait, so zero
  // breaks the barrier for all but the last.
  template <class Rep, class Period>
  arrival arrive_and_wait_for(std::chrono::duration<Rep, Period> duration) {
    return arrive(deadline_after<Sys>(duration), {});
  }

  // Breaks the barrier. Idempotent.
  void abort() noexcept {
    inside_.acquire();
    fail_generation(true);
  }

  // Makes the barrier as new: threads that wait fail.
  void reset() noexcept {
    inside_.acquire();
    fail_generation(false);
  }

  std::size_t parties() const noexcept { return parties_; }

  // Threads that wait now. A hint.
  std::size_t waiting() const noexcept {
    const core::hold<Sys> inside(inside_);
    return arrived_;
  }
  bool broken() const noexcept {
    const core::hold<Sys> inside(inside_);
    return broken_ != 0;
  }

 private:
  using waiters = core::wait_list<Sys>;

  static constexpr std::uint32_t checked(std::size_t parties) {
    if (parties == 0 || parties > max())
      throw_lock_error(std::errc::value_too_large, "cyclic_barrier: not that many parties");
    return static_cast<std::uint32_t>(parties);
  }

  arrival arrive(sys::nanoseconds deadline, const std::stop_token& stop) {
    inside_.acquire();
    if (broken_ != 0) {
      inside_.release();
      return unexpected(barrier_errc::broken);
    }
    const std::size_t index = arrived_++;
    if (arrived_ == parties_) return complete() ? arrival(index) : unexpected(barrier_errc::broken);
    const std::uint32_t mine = generation_;
    core::wait_node<Sys> me;
    waiters_.push(me);
    inside_.release();
    switch (me.sleep(deadline, stop)) {
      case core::wait_end::selected:
        return index;
      case core::wait_end::left:
        inside_.acquire();
        waiters_.remove(me);
        if (generation_ == mine) {
          fail_generation(true);
        } else {
          inside_.release();
        }
        break;
      case core::wait_end::refused:
        break;
    }
    return unexpected(barrier_errc::broken);
  }

  // Whether the generation ends well. Once chosen, its threads cannot give up. The lock is held during the
  // action: nobody can break the generation any more.
  bool complete() {
    typename waiters::chosen others = waiters_.take_all();
    bool whole = others.size() + 1 == parties_;  // else a thread has given up, and is about to say so
    if (whole && action_ != nullptr) {
      try {
        (*action_)();
      } catch (...) {
        begin_generation(true);
        others.answer(core::wait_end::refused);
        throw;
      }
    }
    begin_generation(!whole);
    others.answer(whole ? core::wait_end::selected : core::wait_end::refused);
    return whole;
  }

  // Frees the lock.
  void begin_generation(bool broken) noexcept {
    broken_ = broken ? 1 : 0;
    arrived_ = 0;
    ++generation_;
    inside_.release();
  }

  // Frees the lock; all that wait fail.
  void fail_generation(bool broken) noexcept {
    typename waiters::chosen failed = waiters_.take_all();
    begin_generation(broken);
    failed.answer(core::wait_end::refused);
  }

  const std::uint32_t parties_;
  std::uint32_t arrived_ : 31;
  std::uint32_t broken_ : 1;
  std::uint32_t generation_ = 0;
  mutable core::lock<Sys> inside_;
  waiters waiters_;
  const std::unique_ptr<const std::function<void()>> action_;
};

using cyclic_barrier = basic_cyclic_barrier<>;

}  // namespace heddle
