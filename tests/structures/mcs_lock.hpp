// A queue of waiters, each spinning on its own flag: Mellor-Crummey and Scott, "Algorithms for scalable
// synchronization on shared-memory multiprocessors", ACM TOCS 1991.
#pragma once

#include <atomic>

namespace structures {

class mcs_lock {
 public:
  struct node {
    std::atomic<node*> next{nullptr};
    std::atomic<bool> waiting{false};
  };

  void lock(node& mine) {
    mine.next.store(nullptr, std::memory_order_relaxed);
    mine.waiting.store(true, std::memory_order_relaxed);
    // Release: whoever queues up behind must find the node ready. Acquire: the node before, and the critical
    // section of the one who left the queue empty.
    node* const before = tail_.exchange(&mine, std::memory_order_acq_rel);
    if (before == nullptr) return;
    before->next.store(&mine, std::memory_order_release);
    while (mine.waiting.load(std::memory_order_acquire)) {
    }
  }

  void unlock(node& mine) {
    node* after = mine.next.load(std::memory_order_acquire);
    if (after == nullptr) {
      node* expected = &mine;
      if (tail_.compare_exchange_strong(expected, nullptr, std::memory_order_release,
                                        std::memory_order_relaxed)) {
        return;
      }
      while ((after = mine.next.load(std::memory_order_acquire)) == nullptr) {
      }
    }
    after->waiting.store(false, std::memory_order_release);
  }

 private:
  std::atomic<node*> tail_{nullptr};
};

}  // namespace structures
