// The work-stealing deque of chase_lev_deque.hpp with a buffer that doubles when it is full. Lê et al. (PPoPP
// 2013) publish the new buffer with a relaxed store and read it with consume; Norris and Demsky,
// "CDSChecker", OOPSLA 2013, found that a thief may then see an uninitialised buffer. Release and acquire are
// right.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace structures {

template <class T>
class growing_deque {
 public:
  explicit growing_deque(std::size_t capacity) {
    buffers_.push_back(std::make_unique<buffer>(capacity));
    buffer_.store(buffers_.back().get(), std::memory_order_relaxed);
  }

  void push(T value) {
    const long bottom = bottom_.load(std::memory_order_relaxed);
    // With the release in steal(): a thief has read the slot that is used again now. RC11 has no load
    // buffering, so that it need not be said there; processors have.
    const long top = top_.load(std::memory_order_acquire);  // weakest: relaxed
    buffer* to = buffers_.back().get();
    if (bottom - top >= static_cast<long>(to->size)) to = grow(*to, top, bottom);
    to->at(bottom).store(value, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    bottom_.store(bottom + 1, std::memory_order_relaxed);
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
    std::optional<T> result = buffers_.back()->at(bottom).load(std::memory_order_relaxed);
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
    buffer* const from = buffer_.load(std::memory_order_acquire);
    const T result = from->at(top).load(std::memory_order_relaxed);
    // Its release is what the acquire in push() would read, which see.
    // weakest: relaxed
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_release, std::memory_order_relaxed)) {
      return std::nullopt;
    }
    return result;
  }

 private:
  struct buffer {
    explicit buffer(std::size_t capacity) : size(capacity), slots(new std::atomic<T>[capacity]) {}
    std::atomic<T>& at(long index) { return slots[static_cast<std::size_t>(index) % size]; }
    std::size_t size;
    std::unique_ptr<std::atomic<T>[]> slots;
  };

  buffer* grow(buffer& old, long top, long bottom) {
    buffers_.push_back(std::make_unique<buffer>(2 * old.size));
    buffer* const larger = buffers_.back().get();
    for (long i = top; i != bottom; ++i) {
      larger->at(i).store(old.at(i).load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
    buffer_.store(larger, std::memory_order_release);
    return larger;
  }

  std::vector<std::unique_ptr<buffer>> buffers_;  // the owner's; thieves may still read the old ones
  std::atomic<buffer*> buffer_{nullptr};
  std::atomic<long> top_{0};
  std::atomic<long> bottom_{0};
};

}  // namespace structures
