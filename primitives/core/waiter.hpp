// A thread that waits for an event another thread announces.
//
// Every waiter is on the stack of its thread and has a word of its own, as in absl::CondVar and parking lots
// (Pizlo, "Locking in WebKit", 2016): a wake is given to one particular thread, so it can neither be stolen
// by a thread that came later nor spent on one that has given up. A waiter is `waiting` until exactly one of
// these happens, decided by a compare-exchange on its word alone:
//   chosen   somebody has an answer for this thread, and will deliver it
//   left     its deadline passed, or its stop token fired
// A bit beside that tells whether the thread sleeps, or only looks: only sleepers cost a system call.
// Where waiters queue: wait_list and wait_queue.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "primitives/sys/sys.hpp"

namespace heddle::core {

// How a wait ended. The numbers are what a node's word holds.
enum class wait_end : std::uint32_t {
  left = 2,      // by deadline or stop
  selected = 3,  // the event came
  refused = 4,   // the event will not come: what the thread waits for was closed or broken
};

// On the stack of the thread that waits.
template <class Sys>
class waiter {
 public:
  waiter() noexcept = default;
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  // Sleeps until answered, the deadline, or a stop. Without the lock. What the thread that answers did before
  // happens before the return. After `left`, take the waiter out of where it queues.
  [[nodiscard]] wait_end sleep(sys::nanoseconds deadline = sys::no_deadline) noexcept {
    int round = Sys::spin_rounds();
    for (std::uint32_t word = round > 0 ? look() : initial();; word = look()) {
      const std::uint32_t state = word & ~asleep;
      if (state > chosen) return static_cast<wait_end>(state);
      if (round > 0) {
        Sys::pause(round--);
        continue;
      }
      if ((word & asleep) == 0 &&
          !state_.compare_exchange_weak(word, word | asleep, std::memory_order_relaxed,
                                        std::memory_order_relaxed))
        continue;
      const sys::futex_result slept =
          Sys::futex_wait(state_, word | asleep, state == waiting ? deadline : sys::no_deadline);
      if (slept == sys::futex_result::timed_out && leave()) return wait_end::left;
    }
  }

  // As above; a stop is as good as a deadline that passes.
  [[nodiscard]] wait_end sleep(sys::nanoseconds deadline, const std::stop_token& stop) {
    if (!stop.stop_possible()) return sleep(deadline);
    const std::stop_callback on_stop(stop, [this]() noexcept {
      if (leave()) Sys::futex_wake(state_, 1);
    });
    return sleep(deadline);
  }

  // Whether the thread has neither been chosen nor left. For checks of the contract.
  bool waits() const noexcept { return (state_.load(std::memory_order_relaxed) & ~asleep) == waiting; }

  // Promises an answer to the thread, unless it has left.
  bool choose() noexcept { return decide(chosen); }

  // The last use of a chosen waiter by another thread, but for the address.
  void answer(wait_end how) noexcept {
    typename Sys::futex_word& word = state_;
    // release: the thread sees what was done before it was answered.
    const std::uint32_t before = word.exchange(static_cast<std::uint32_t>(how), std::memory_order_release);
    if ((before & asleep) != 0) Sys::futex_wake(word, 1);
  }

 private:
  static constexpr std::uint32_t waiting = 0;
  static constexpr std::uint32_t chosen = 1;
  static constexpr std::uint32_t asleep = 8;

  // acquire: pairs with answer().
  std::uint32_t look() const noexcept { return state_.load(std::memory_order_acquire); }

  bool leave() noexcept { return decide(static_cast<std::uint32_t>(wait_end::left)); }

  // relaxed: decides who decides; what a thread is to see comes with the answer.
  bool decide(std::uint32_t state) noexcept {
    std::uint32_t seen = initial();
    while ((seen & ~asleep) == waiting)
      if (state_.compare_exchange_weak(seen, state | (seen & asleep), std::memory_order_relaxed,
                                       std::memory_order_relaxed))
        return true;
    return false;
  }

  // A thread that never only looks is as good as asleep.
  static std::uint32_t initial() noexcept { return Sys::spin_rounds() > 0 ? waiting : waiting | asleep; }

  typename Sys::futex_word state_{initial()};
};

// Waiters that were chosen and have to be answered: best after the lock was freed, which their threads will
// want. Linked by Node::next_.
template <class Node>
class [[nodiscard]] chosen_waiters {
 public:
  bool any() const noexcept { return first_ != nullptr; }
  std::size_t size() const noexcept { return size_; }

  void add(Node& node) noexcept {
    node.next_ = nullptr;
    (last_ == nullptr ? first_ : last_->next_) = &node;
    last_ = &node;
    ++size_;
  }

  void answer(wait_end how = wait_end::selected) noexcept {
    for (Node* current = first_; current != nullptr;) {
      Node* const next = current->next_;  // answered, the node is gone
      current->answer(how);
      current = next;
    }
    first_ = nullptr;
  }

 private:
  Node* first_ = nullptr;
  Node* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace heddle::core
