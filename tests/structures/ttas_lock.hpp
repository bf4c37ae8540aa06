// Test and test-and-set: Rudolph and Segall, "Dynamic decentralized cache schemes for MIMD parallel
// processors", ISCA 1984.
#pragma once

#include <atomic>

namespace structures {

class ttas_lock {
 public:
  void lock() {
    do {
      while (held_.load(std::memory_order_relaxed)) {
      }
    } while (held_.exchange(true, std::memory_order_acquire));
  }
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> held_{false};
};

}  // namespace structures
