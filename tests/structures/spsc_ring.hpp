// A bounded queue for one producer and one consumer: Lamport, "Proving the Correctness of Multiprocess
// Programs", IEEE TSE 1977, with the orders C++11 allows.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>

namespace structures {

template <class T, std::size_t capacity>
class spsc_ring {
 public:
  // False: full.
  bool push(T value) {
    const std::size_t end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == capacity) return false;
    slots_[end % capacity] = value;
    end_.store(end + 1, std::memory_order_release);
    return true;
  }

  // Nothing: empty.
  std::optional<T> pop() {
    const std::size_t begin = begin_.load(std::memory_order_relaxed);
    if (end_.load(std::memory_order_acquire) == begin) return std::nullopt;
    const T value = slots_[begin % capacity];
    begin_.store(begin + 1, std::memory_order_release);
    return value;
  }

 private:
  std::array<T, capacity> slots_{};
  std::atomic<std::size_t> begin_{0};
  std::atomic<std::size_t> end_{0};
};

}  // namespace structures
