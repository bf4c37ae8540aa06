// A work-stealing deque: Chase and Lev, "Dynamic circular work-stealing deque", SPAA 2005, after Lê, Pop,
// Cohen and Zappa Nardelli, "Correct and efficient work-stealing for weak memory models", PPoPP 2013. Their
// orders are for C11; the fences of C++20 are stronger, so that the compare-exchanges need not be seq_cst.
// The buffer has a fixed size; growing_deque.hpp grows.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>

namespace structures {

template <class T, std::size_t capacity>
class chase_lev_deque {
 public:
  // The owner's end. False: full.
  bool push(T value) {
    const long bottom = bottom_.load(std::memory_order_relaxed);
    // With the release in steal(): a thief has read the slot that is used again now. RC11 has no load
    // buffering, so that it need not be said there; processors have.
    const long top = top_.load(std::memory_order_acquire);  // weakest: relaxed
    if (bottom - top >= static_cast<long>(capacity)) return false;
    slot(bottom).store(value, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return true;
  }

  // The owner's end. Nothing: empty.
  std::optional<T> take() {
    const long bottom = bottom_.load(std::memory_order_relaxed) - 1;
    bottom_.store(bottom, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    long top = top_.load(std::memory_order_relaxed);
    if (top > bottom) {
      bottom_.store(bottom + 1, std::memory_order_relaxed);
      return std::nullopt;
    }
    std::optional<T> result = slot(bottom).load(std::memory_order_relaxed);
    if (top == bottom) {  // the last one: thieves may want it too
      if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_relaxed, std::memory_order_relaxed)) {
        result.reset();
      }
      bottom_.store(bottom + 1, std::memory_order_relaxed);
    }
    return result;
  }

  // The thieves' end. Nothing: empty, or another was faster.
  std::optional<T> steal() {
    long top = top_.load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const long bottom = bottom_.load(std::memory_order_acquire);
    if (top >= bottom) return std::nullopt;
    const T result = slot(top).load(std::memory_order_relaxed);
    // Its release is what the acquire in push() would read, which see.
    // weakest: relaxed
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_release, std::memory_order_relaxed)) {
      return std::nullopt;
    }
    return result;
  }

 private:
  std::atomic<T>& slot(long index) { return slots_[static_cast<std::size_t>(index) % capacity]; }

  std::array<std::atomic<T>, capacity> slots_{};
  std::atomic<long> top_{0};
  std::atomic<long> bottom_{0};
};

}  // namespace structures
