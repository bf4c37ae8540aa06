// What semaphores, events, latches, barriers and conditions are, as sequential objects (see locks.hpp).
#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <set>

namespace heddle::model {

struct semaphore {
  std::ptrdiff_t permits = 0;
  std::ptrdiff_t bound = std::numeric_limits<std::ptrdiff_t>::max();

  bool can_acquire(std::ptrdiff_t count = 1) const { return permits >= count; }
  void acquire(std::ptrdiff_t count = 1) { permits -= count; }
  bool try_acquire(std::ptrdiff_t count = 1) {
    const bool enough = can_acquire(count);
    if (enough) acquire(count);
    return enough;
  }
  // False: over-release, nothing changed.
  bool release(std::ptrdiff_t count = 1) {
    if (count > bound - permits) return false;
    permits += count;
    return true;
  }
  bool operator==(const semaphore&) const = default;
};

// A wait begun before a set() may end after it, whatever follows: `sets` tells.
struct event {
  bool flag = false;
  std::size_t sets = 0;

  void set() {
    if (!flag) ++sets;
    flag = true;
  }
  void reset() { flag = false; }
  bool can_wait(std::size_t sets_at_begin) const { return flag || sets != sets_at_begin; }
  bool operator==(const event&) const = default;
};

struct auto_reset_event {
  bool signal = false;

  void set() { signal = true; }
  bool can_wait() const { return signal; }
  void wait() { signal = false; }
  bool try_wait() {
    const bool there = signal;
    signal = false;
    return there;
  }
  bool operator==(const auto_reset_event&) const = default;
};

struct latch {
  std::ptrdiff_t count = 0;

  void count_down() { --count; }
  bool can_wait() const { return count == 0; }
  bool operator==(const latch&) const = default;
};

// A party waits for its generation to end.
struct cyclic_barrier {
  std::size_t parties = 1;
  std::size_t arrived = 0;
  std::size_t generation = 0;
  bool broken = false;  // then nobody may arrive
  std::set<std::size_t> failed = {};

  // The number of the arrival.
  std::size_t arrive() {
    const std::size_t index = arrived++;
    if (arrived == parties) {
      arrived = 0;
      ++generation;
    }
    return index;
  }
  bool can_return(std::size_t generation_at_arrival) const { return generation != generation_at_arrival; }
  // Whether a generation that is over ended well.
  bool passed(std::size_t ended) const { return failed.count(ended) == 0; }
  // Somebody gives up or aborts, or resets the barrier, which makes it whole again.
  void fail(bool stays_broken) {
    failed.insert(generation++);
    arrived = 0;
    broken = stays_broken;
  }
  bool operator==(const cyclic_barrier&) const = default;
};

// Who waits, and who has been notified and not yet returned. The lock is an object of its own.
struct condition {
  std::deque<int> waiting;
  std::deque<int> notified;

  void wait(int thread) { waiting.push_back(thread); }
  void notify(std::size_t count) {
    for (; count > 0 && !waiting.empty(); --count) {
      notified.push_back(waiting.front());
      waiting.pop_front();
    }
  }
  bool can_return(int thread) const {
    for (const int one : notified)
      if (one == thread) return true;
    return false;
  }
  // Returns, or gives up.
  void leave(int thread) {
    std::erase(waiting, thread);
    std::erase(notified, thread);
  }
  bool operator==(const condition&) const = default;
};

}  // namespace heddle::model
