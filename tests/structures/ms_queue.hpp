// A queue as a list with a dummy node: Michael and Scott, "Simple, fast, and practical non-blocking and
// blocking concurrent queue algorithms", PODC 1996; nodes are reclaimed with hazard pointers, as in Michael,
// IEEE TPDS 2004. Everything here is relaxed: an operation that publishes comes after a fence of protect() or
// announce(), and what was read is used after another one.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <vector>

#include "hazard_pointers.hpp"

namespace structures {

template <class T, std::size_t threads>
class ms_queue {
 public:
  ms_queue() {
    node* const dummy = new node;
    head_.store(dummy, std::memory_order_relaxed);
    tail_.store(dummy, std::memory_order_relaxed);
  }
  ms_queue(const ms_queue&) = delete;
  ms_queue& operator=(const ms_queue&) = delete;
  ~ms_queue() {
    for (node* n = head_.load(std::memory_order_relaxed); n != nullptr;) {
      node* const next = n->next.load(std::memory_order_relaxed);
      delete n;
      n = next;
    }
    for (const auto& mine : retired_) {
      for (node* n : mine) delete n;
    }
  }

  // `me` numbers the calling thread.
  void push(std::size_t me, T value) {
    node* const mine = new node;
    mine->value = value;
    for (;;) {
      node* last = hazards_.protect(2 * me, tail_);
      node* next = last->next.load(std::memory_order_relaxed);
      if (next != nullptr) {  // another push is half done: help
        tail_.compare_exchange_strong(last, next, std::memory_order_relaxed, std::memory_order_relaxed);
      } else if (last->next.compare_exchange_strong(next, mine, std::memory_order_relaxed,
                                                    std::memory_order_relaxed)) {
        tail_.compare_exchange_strong(last, mine, std::memory_order_relaxed, std::memory_order_relaxed);
        break;
      }
    }
    hazards_.clear(2 * me);
  }

  // Nothing: empty.
  std::optional<T> pop(std::size_t me) {
    for (;;) {
      node* dummy = hazards_.protect(2 * me, head_);
      node* last = tail_.load(std::memory_order_relaxed);
      node* const next = dummy->next.load(std::memory_order_relaxed);
      hazards_.announce(2 * me + 1, next);
      if (head_.load(std::memory_order_relaxed) != dummy) continue;  // `next` may be gone
      if (next == nullptr) return std::nullopt;
      if (dummy == last) {  // head must not overtake tail
        tail_.compare_exchange_strong(last, next, std::memory_order_relaxed, std::memory_order_relaxed);
      } else if (head_.compare_exchange_strong(dummy, next, std::memory_order_relaxed,
                                               std::memory_order_relaxed)) {
        const T value = next->value;
        hazards_.clear(2 * me);
        hazards_.clear(2 * me + 1);
        hazards_.retire(retired_[me], dummy, [](node* unused) { delete unused; });
        return value;
      }
    }
  }

 private:
  struct node {
    T value{};
    std::atomic<node*> next{nullptr};
  };

  std::atomic<node*> head_;
  std::atomic<node*> tail_;
  hazard_pointers<node, 2 * threads> hazards_;
  std::array<std::vector<node*>, threads> retired_;
};

}  // namespace structures
