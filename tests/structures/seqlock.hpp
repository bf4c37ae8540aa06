// Readers that never write: Boehm, "Can seqlocks get along with programming language memory models?", MSPC
// 2012, the version with fences. Any number of writers.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace structures {

template <std::size_t words>
class seqlock {
 public:
  using value = std::array<int, words>;

  value read() const {
    value result;
    unsigned before = 0;
    unsigned after = 0;
    do {
      before = sequence_.load(std::memory_order_acquire);
      for (std::size_t i = 0; i < words; ++i) result[i] = data_[i].load(std::memory_order_relaxed);
      std::atomic_thread_fence(std::memory_order_acquire);
      after = sequence_.load(std::memory_order_relaxed);
    } while (before != after || before % 2 != 0);
    return result;
  }

  void write(const value& next) {
    unsigned before = sequence_.load(std::memory_order_relaxed);
    while (before % 2 != 0 || !sequence_.compare_exchange_weak(before, before + 1, std::memory_order_acquire,
                                                               std::memory_order_relaxed)) {
      before = sequence_.load(std::memory_order_relaxed);
    }
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t i = 0; i < words; ++i) data_[i].store(next[i], std::memory_order_relaxed);
    sequence_.store(before + 2, std::memory_order_release);
  }

 private:
  std::atomic<unsigned> sequence_{0};
  std::array<std::atomic<int>, words> data_{};
};

}  // namespace structures
