// A stack as a list: Treiber, "Systems programming: coping with parallelism", IBM RJ 5118, 1986; nodes are
// reclaimed with hazard pointers, and used again by the thread that reclaimed them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <vector>

#include "hazard_pointers.hpp"

namespace structures {

template <class T, std::size_t threads>
class treiber_stack {
 public:
  treiber_stack() = default;
  treiber_stack(const treiber_stack&) = delete;
  treiber_stack& operator=(const treiber_stack&) = delete;
  ~treiber_stack() {
    for (node* n = top_.load(std::memory_order_relaxed); n != nullptr;) {
      node* const below = n->below;
      delete n;
      n = below;
    }
    for (const auto* lists : {&retired_, &spare_}) {
      for (const auto& mine : *lists) {
        for (node* n : mine) delete n;
      }
    }
  }

  // `me` numbers the calling thread.
  void push(std::size_t me, T value) {
    node* const n = take_node(me);
    n->value = value;
    n->below = top_.load(std::memory_order_relaxed);
    while (!top_.compare_exchange_weak(n->below, n, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }

  // Nothing: empty.
  std::optional<T> pop(std::size_t me) {
    node* n = nullptr;
    do {
      n = hazards_.protect(me, top_);
      if (n == nullptr) return std::nullopt;
    } while (
        !top_.compare_exchange_strong(n, n->below, std::memory_order_relaxed, std::memory_order_relaxed));
    const T value = n->value;
    hazards_.clear(me);
    hazards_.retire(retired_[me], n, [&](node* unused) {
      unused->below = nullptr;
      spare_[me].push_back(unused);
    });
    return value;
  }

  // The value a pop would return. Nothing: empty.
  std::optional<T> top(std::size_t me) {
    node* const n = hazards_.protect(me, top_);
    std::optional<T> value;
    if (n != nullptr) value = n->value;
    hazards_.clear(me);
    return value;
  }

 private:
  struct node {
    T value;
    node* below;
  };

  node* take_node(std::size_t me) {
    if (spare_[me].empty()) return new node;
    node* const n = spare_[me].back();
    spare_[me].pop_back();
    return n;
  }

  std::atomic<node*> top_{nullptr};
  hazard_pointers<node, threads> hazards_;
  std::array<std::vector<node*>, threads> retired_;
  std::array<std::vector<node*>, threads> spare_;
};

}  // namespace structures
