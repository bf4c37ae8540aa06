// Bugs in the use of conditions, semaphores, events and barriers.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/guards.hpp>
#include <heddle/monitor.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/semaphore.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "tests/primitives/bugs/bug.hpp"

namespace bugs {
namespace {

using namespace std::chrono_literals;

// The lock is freed before the announcement.
void notify_without_the_lock(bool mended) {
  heddle::monitor changed;
  together(
      [&] {
        changed.lock();
        if (!mended) changed.unlock();
        changed.notify_one();
        if (mended) changed.unlock();
      },
      [] {});
}

void wait_without_the_lock(bool mended) {
  heddle::monitor changed;
  if (mended) changed.lock();
  static_cast<void>(changed.wait_for(1ns));
  if (mended) changed.unlock();
}

// Whether to wait is decided before the lock is taken.
void predicate_tested_outside_the_lock(bool mended) {
  std::mutex lock;
  heddle::condition_variable_any changed;
  std::atomic<bool> ready{false};
  together(
      [&] {
        if (!mended && ready) return;
        std::unique_lock held(lock);
        if (mended && ready) return;
        changed.wait(held);
      },
      [&] {
        const std::lock_guard held(lock);
        ready = true;
        changed.notify_one();
      });
}

// One slot, one condition for both directions: a producer's notification wakes the other producer.
void one_condition_for_two_kinds(bool mended) {
  std::mutex lock;
  std::condition_variable changed;
  bool full = false;
  const auto notify = [&] { mended ? changed.notify_all() : changed.notify_one(); };
  const auto produce = [&] {
    std::unique_lock held(lock);
    changed.wait(held, [&] { return !full; });
    full = true;
    notify();
  };
  const auto consume = [&] {
    std::unique_lock held(lock);
    changed.wait(held, [&] { return full; });
    full = false;
    notify();
  };
  together(produce, produce, consume, consume);
}

// A condition that counts: notify adds a ticket, and whoever comes first takes it, also who came later.
class counted_condition {
 public:
  explicit counted_condition(bool in_order) : in_order_(in_order) {}
  // With the lock. Returns its number in the order of arrival.
  int wait(std::unique_lock<std::mutex>& held) {
    const int mine = arrived_++;
    woken_.wait(held, [&] { return tickets_ > 0 && (!in_order_ || mine == served_); });
    --tickets_;
    ++served_;
    woken_.notify_all();
    return mine;
  }
  void notify() {
    ++tickets_;
    woken_.notify_all();
  }
  int arrived() const { return arrived_; }

 private:
  const bool in_order_;
  std::condition_variable woken_;
  int arrived_ = 0;
  int served_ = 0;
  int tickets_ = 0;
};

void later_waiter_steals_the_wake(bool mended) {
  std::mutex lock;
  counted_condition condition(mended);
  int notified = 0;
  const auto wait = [&] {
    std::unique_lock held(lock);
    const int mine = condition.wait(held);
    // One notification is for the first who waited.
    if (notified == 1) assert(mine == 0);
  };
  const auto notify = [&] {
    const std::lock_guard held(lock);
    if (condition.arrived() == 0) return;
    ++notified;
    condition.notify();
  };
  together(wait, wait, [&] {
    notify();
    // Whoever is left.
    const std::lock_guard held(lock);
    notified = 2;
    condition.notify();
    condition.notify();
  });
}

// Waiting frees one level of two: nobody can get in to notify.
template <class Mutex>
void wait_at_depth_two() {
  Mutex lock;
  heddle::condition_variable_any changed;
  bool ready = false;
  together(
      [&] {
        lock.lock();
        lock.lock();
        while (!ready) changed.wait(lock);
        lock.unlock();
        lock.unlock();
      },
      [&] {
        const std::lock_guard held(lock);
        ready = true;
        changed.notify_one();
      });
}
void wait_frees_one_level_only(bool mended) {
  mended ? wait_at_depth_two<heddle::recursive_mutex>() : wait_at_depth_two<std::recursive_mutex>();
}

// A callback comes back in while the sum is not right.
void callback_meets_the_broken_invariant(bool mended) {
  heddle::recursive_mutex lock;
  int parts[2] = {1, 1};
  int sum = 2;
  const auto check = [&] {
    const std::lock_guard held(lock);
    assert(parts[0] + parts[1] == sum);
  };
  const auto change = [&] {
    const std::lock_guard held(lock);
    ++parts[0];
    if (!mended) check();
    ++sum;
    if (mended) check();
  };
  together(change, check);
}

void permit_lost_by_an_exception(bool mended) {
  heddle::counting_semaphore<> permits(1);
  const auto work = [] { throw std::runtime_error("work"); };
  together(
      [&] {
        try {
          if (mended) {
            const heddle::semaphore_guard held(permits);
            work();
          } else {
            permits.acquire();
            work();
            permits.release();
          }
        } catch (const std::runtime_error&) {
        }
      },
      [&] { const heddle::semaphore_guard held(permits); });
}

// Two threads need two permits each, and hold one each.
void permits_taken_one_by_one(bool mended) {
  heddle::counting_semaphore<> permits(2);
  const auto both = [&] {
    if (mended) {
      permits.acquire_n(2);
    } else {
      permits.acquire();
      permits.acquire();
    }
    permits.release(2);
  };
  together(both, both);
}

void bounded_semaphore_released_too_often(bool mended) {
  heddle::bounded_semaphore permits(1);
  together(
      [&] {
        permits.acquire();
        permits.release();
      },
      [&] {
        if (!mended) permits.release();
      });
}

// The consumer looks, then clears: it clears an event of new work.
void event_cleared_after_the_look(bool mended) {
  heddle::event work_there;
  std::atomic<int> work{0};
  together(
      [&] {
        work = 1;
        work_there.set();
      },
      [&] {
        if (mended) work_there.reset();
        const bool found = work == 1;
        if (!mended) work_there.reset();
        if (!found) work_there.wait();
      });
}

void check_then_wait_for_the_next_pulse(bool mended) {
  heddle::auto_reset_event pulse;
  std::atomic<bool> done{false};
  together(
      [&] {
        done = true;
        // A pulse reaches those who wait now, and nobody else.
        pulse.set();
        if (!mended) pulse.reset();
      },
      [&] {
        if (!done) pulse.wait();
      });
}

void barrier_for_one_party_too_many(bool mended) {
  heddle::cyclic_barrier meeting(mended ? 2 : 3);
  const auto meet = [&] { static_cast<void>(meeting.arrive_and_wait()); };
  together(meet, meet);
}

// A party fails on its way, and the others wait for it.
void barrier_party_dies(bool mended) {
  heddle::cyclic_barrier meeting(2);
  together(
      [&] {
        try {
          std::optional<heddle::barrier_phase<heddle::cyclic_barrier>> phase;
          if (mended) phase.emplace(meeting);
          throw std::runtime_error("on the way");
        } catch (const std::runtime_error&) {
        }
      },
      [&] { static_cast<void>(meeting.arrive_and_wait()); });
}

// Impatience of one party breaks the barrier for all, and the result is ignored.
void timed_wait_breaks_the_barrier(bool mended) {
  heddle::cyclic_barrier meeting(3);
  int written = 0;
  together([&] { static_cast<void>(meeting.arrive_and_wait_for(1ms)); },
           [&] {
             written = 1;
             static_cast<void>(meeting.arrive_and_wait());
           },
           [&] {
             const bool met = meeting.arrive_and_wait().has_value();
             if (!mended || met) assert(written == 1);
           });
}

// reset() while the generation drains: those who have not come yet wait for a party that went away.
void barrier_reset_in_use(bool mended) {
  heddle::cyclic_barrier meeting(2);
  together([&] { static_cast<void>(meeting.arrive_and_wait()); },
           [&] {
             if (!mended) meeting.reset();
             static_cast<void>(meeting.arrive_and_wait());
           });
}

// The action is run with the barrier locked.
void barrier_action_uses_the_barrier(bool mended) {
  std::size_t seen = 0;
  heddle::cyclic_barrier* self = nullptr;
  heddle::cyclic_barrier meeting(2, [&] { seen = mended ? self->parties() : self->waiting(); });
  self = &meeting;
  const auto meet = [&] { static_cast<void>(meeting.arrive_and_wait()); };
  together(meet, meet);
}

// Parking: the sleeper publishes itself and looks again, the waker publishes work and looks for sleepers.
void park_without_the_fence(bool mended) {
  const std::memory_order order = mended ? std::memory_order_seq_cst : std::memory_order_release;
  const std::memory_order reading = mended ? std::memory_order_seq_cst : std::memory_order_acquire;
  std::atomic<bool> work{false};
  std::atomic<bool> sleeper{false};
  heddle::binary_semaphore wake(0);
  together(
      [&] {
        sleeper.store(true, order);
        if (!work.load(reading)) wake.acquire();
      },
      [&] {
        work.store(true, order);
        if (sleeper.load(reading)) wake.release();
      });
}

}  // namespace

std::span<const bug> all() {
  static constexpr bug list[] = {
      {"notify_without_the_lock", notify_without_the_lock},
      {"wait_without_the_lock", wait_without_the_lock},
      {"predicate_tested_outside_the_lock", predicate_tested_outside_the_lock},
      {"one_condition_for_two_kinds", one_condition_for_two_kinds},
      {"later_waiter_steals_the_wake", later_waiter_steals_the_wake},
      {"wait_frees_one_level_only", wait_frees_one_level_only},
      {"callback_meets_the_broken_invariant", callback_meets_the_broken_invariant},
      {"permit_lost_by_an_exception", permit_lost_by_an_exception},
      {"permits_taken_one_by_one", permits_taken_one_by_one},
      {"bounded_semaphore_released_too_often", bounded_semaphore_released_too_often},
      {"event_cleared_after_the_look", event_cleared_after_the_look},
      {"check_then_wait_for_the_next_pulse", check_then_wait_for_the_next_pulse},
      {"barrier_for_one_party_too_many", barrier_for_one_party_too_many},
      {"barrier_party_dies", barrier_party_dies},
      {"timed_wait_breaks_the_barrier", timed_wait_breaks_the_barrier},
      {"barrier_reset_in_use", barrier_reset_in_use},
      {"barrier_action_uses_the_barrier", barrier_action_uses_the_barrier},
      {"park_without_the_fence", park_without_the_fence},
  };
  return list;
}

}  // namespace bugs
