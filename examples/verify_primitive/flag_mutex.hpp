// A mutex as C++20 lets one write it.
#pragma once

#include <atomic>

class flag_mutex {
 public:
  void lock() {
    while (held_.test_and_set(std::memory_order_acquire)) held_.wait(true, std::memory_order_relaxed);
  }
  bool try_lock() { return !held_.test_and_set(std::memory_order_acquire); }
  void unlock() {
    held_.clear(std::memory_order_release);
    held_.notify_one();
  }

 private:
  std::atomic_flag held_;
};
