// A reader-writer lock in one word: the number of readers, or -1 for a writer. Readers are preferred:
// Courtois, Heymans and Parnas, "Concurrent control with readers and writers", CACM 1971, without its
// blocking.
#pragma once

#include <atomic>

namespace structures {

class rwlock {
 public:
  void lock_shared() {
    int seen = state_.load(std::memory_order_relaxed);
    for (;;) {
      if (seen < 0) {
        seen = state_.load(std::memory_order_relaxed);
      } else if (state_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
        return;
      }
    }
  }
  void unlock_shared() { state_.fetch_sub(1, std::memory_order_release); }

  void lock() {
    for (;;) {
      int free = 0;
      if (state_.load(std::memory_order_relaxed) == 0 &&
          state_.compare_exchange_weak(free, -1, std::memory_order_acquire, std::memory_order_relaxed)) {
        return;
      }
    }
  }
  void unlock() { state_.store(0, std::memory_order_release); }

 private:
  std::atomic<int> state_{0};
};

}  // namespace structures
