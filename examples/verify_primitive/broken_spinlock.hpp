// A lock to be verified that has two mistakes: it is taken in two steps, and given back without release.
#pragma once

#include <atomic>
#include <thread>

class broken_spinlock {
 public:
  void lock() {
    while (taken_.load(std::memory_order_acquire)) std::this_thread::yield();
    taken_.store(true, std::memory_order_relaxed);  // another thread may have seen it free as well
  }
  bool try_lock() { return !taken_.exchange(true, std::memory_order_acquire); }
  void unlock() { taken_.store(false, std::memory_order_relaxed); }

 private:
  std::atomic<bool> taken_{false};
};
