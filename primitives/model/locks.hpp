// What locks are, as sequential objects: state, and for each operation when it may happen and what it does.
// An operation that waits happens once its guard, can_…, holds. Nothing here knows of threads: the caller is
// a number.
#pragma once

#include <cstddef>

namespace heddle::model {

inline constexpr int nobody = -1;

// unlock() by the owner only; a lock without owner (unowned_mutex) is this with everybody called 0.
struct mutex {
  int holder = nobody;

  bool can_lock() const { return holder == nobody; }
  void lock(int thread) { holder = thread; }
  bool try_lock(int thread) {
    const bool free = can_lock();
    if (free) lock(thread);
    return free;
  }
  bool can_unlock(int thread) const { return holder == thread; }
  void unlock() { holder = nobody; }
  bool operator==(const mutex&) const = default;
};

struct recursive_mutex {
  int holder = nobody;
  std::size_t count = 0;

  bool can_lock(int thread) const { return holder == nobody || holder == thread; }
  void lock(int thread) {
    holder = thread;
    ++count;
  }
  bool try_lock(int thread) {
    const bool free = can_lock(thread);
    if (free) lock(thread);
    return free;
  }
  void unlock() {
    if (--count == 0) holder = nobody;
  }
  bool operator==(const recursive_mutex&) const = default;
};

struct shared_mutex {
  int writer = nobody;
  std::size_t readers = 0;

  bool can_lock() const { return writer == nobody && readers == 0; }
  void lock(int thread) { writer = thread; }
  void unlock() { writer = nobody; }
  bool can_lock_shared() const { return writer == nobody; }
  void lock_shared() { ++readers; }
  void unlock_shared() { --readers; }
  bool operator==(const shared_mutex&) const = default;
};

}  // namespace heddle::model
