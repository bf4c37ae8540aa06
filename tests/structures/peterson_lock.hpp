// Mutual exclusion of two threads: Peterson, "Myths about the mutual exclusion problem", IPL 1981, with
// fences.
#pragma once

#include <atomic>

namespace structures {

class peterson_lock {
 public:
  void lock(int me) {
    const int other = 1 - me;
    wants_[me].store(true, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    turn_.store(other, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    while (wants_[other].load(std::memory_order_acquire) && turn_.load(std::memory_order_acquire) == other) {
    }
  }
  void unlock(int me) { wants_[me].store(false, std::memory_order_release); }

 private:
  std::atomic<bool> wants_[2]{false, false};
  std::atomic<int> turn_{0};
};

}  // namespace structures
