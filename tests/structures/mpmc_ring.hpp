// A bounded queue for any number of producers and consumers, after Vyukov's: each slot carries a ticket that
// says whose turn it is. A slot with ticket t is free for the push number t, and holds what that push left
// when it says t + 1.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

namespace structures {

template <class T, std::size_t capacity>
class mpmc_ring {
  static_assert(capacity >= 2, "with one slot, \"full\" and \"free for the next push\" are the same ticket");

 public:
  mpmc_ring() {
    for (std::size_t i = 0; i < capacity; ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }

  // False: full.
  bool push(T value) {
    std::size_t ticket = pushes_.load(std::memory_order_relaxed);
    for (;;) {
      slot& s = slots_[ticket % capacity];
      const std::size_t turn = s.turn.load(std::memory_order_acquire);
      if (turn == ticket) {
        if (pushes_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed,
                                          std::memory_order_relaxed)) {
          s.value = value;
          s.turn.store(ticket + 1, std::memory_order_release);
          return true;
        }
      } else if (turn < ticket) {
        return false;
      } else {
        ticket = pushes_.load(std::memory_order_relaxed);
      }
    }
  }

  // Nothing: empty.
  std::optional<T> pop() {
    std::size_t ticket = pops_.load(std::memory_order_relaxed);
    for (;;) {
      slot& s = slots_[ticket % capacity];
      const std::size_t turn = s.turn.load(std::memory_order_acquire);
      if (turn == ticket + 1) {
        if (pops_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed,
                                        std::memory_order_relaxed)) {
          const T value = s.value;
          s.turn.store(ticket + capacity, std::memory_order_release);
          return value;
        }
      } else if (turn < ticket + 1) {
        return std::nullopt;
      } else {
        ticket = pops_.load(std::memory_order_relaxed);
      }
    }
  }

 private:
  struct slot {
    std::atomic<std::size_t> turn;
    T value;
  };

  slot slots_[capacity];
  std::atomic<std::size_t> pushes_{0};
  std::atomic<std::size_t> pops_{0};
};

}  // namespace structures
