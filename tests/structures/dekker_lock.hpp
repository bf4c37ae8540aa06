// Mutual exclusion of two threads with loads, stores and fences: Dekker's algorithm, as in Dijkstra,
// "Cooperating sequential processes", 1965.
#pragma once

#include <atomic>

namespace structures {

class dekker_lock {
 public:
  void lock(int me) {
    const int other = 1 - me;
    wants_[me].store(true, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    while (wants_[other].load(std::memory_order_acquire)) {
      if (turn_.load(std::memory_order_relaxed) == me) continue;
      wants_[me].store(false, std::memory_order_relaxed);
      while (turn_.load(std::memory_order_relaxed) != me) {
      }
      wants_[me].store(true, std::memory_order_relaxed);
      std::atomic_thread_fence(std::memory_order_seq_cst);
    }
  }
  void unlock(int me) {
    turn_.store(1 - me, std::memory_order_relaxed);
    wants_[me].store(false, std::memory_order_release);
  }

 private:
  std::atomic<bool> wants_[2]{false, false};
  std::atomic<int> turn_{0};
};

}  // namespace structures
