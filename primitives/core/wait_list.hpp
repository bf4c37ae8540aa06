// Threads that wait for an event another thread announces, first come first served.
//
// Every waiter owns a node on its own stack with a word of its own, as in absl::CondVar and parking lots
// (Pizlo, "Locking in WebKit", 2016): a wake is given to one particular thread, so it can neither be stolen
// by a thread that came later nor spent on one that has given up. A node is `waiting` until exactly one of
// these happens, decided by a compare-exchange on the node alone:
//   chosen   somebody has an answer for this thread, and will deliver it
//   left     its deadline passed, or its stop token fired
// A bit beside that tells whether the thread sleeps, or only looks: only sleepers cost a system call.
// A thread that was chosen never touches the list again, so the list may be destroyed as soon as nobody waits
// in it. One that left takes its node out itself, under the lock.
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

template <class Sys>
class wait_list;

// A place in a wait_list, on the stack of the thread that waits.
template <class Sys>
class wait_node {
 public:
  wait_node() noexcept = default;
  wait_node(const wait_node&) = delete;
  wait_node& operator=(const wait_node&) = delete;

  // Sleeps until answered, the deadline, or a stop. Without the lock. What the thread that answers did before
  // happens before the return. After `left`, take the lock and call wait_list::remove().
  [[nodiscard]] wait_end sleep(sys::nanoseconds deadline = sys::no_deadline) noexcept {
    for (int round = Sys::spin_rounds();;) {
      // acquire: pairs with answer().
      std::uint32_t word = state_.load(std::memory_order_acquire);
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

 private:
  friend wait_list<Sys>;

  static constexpr std::uint32_t waiting = 0;
  static constexpr std::uint32_t chosen = 1;
  static constexpr std::uint32_t asleep = 8;

  bool waits() const noexcept { return (state_.load(std::memory_order_relaxed) & ~asleep) == waiting; }

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

  // The last use of a chosen node by another thread, but for the address.
  void answer(wait_end how) noexcept {
    typename Sys::futex_word& word = state_;
    // release: the thread sees what was done before it was answered.
    const std::uint32_t before = word.exchange(static_cast<std::uint32_t>(how), std::memory_order_release);
    if ((before & asleep) != 0) Sys::futex_wake(word, 1);
  }

  wait_node* previous_ = nullptr;
  wait_node* next_ = nullptr;
  // A thread that never only looks is as good as asleep.
  static std::uint32_t initial() noexcept { return Sys::spin_rounds() > 0 ? waiting : waiting | asleep; }

  typename Sys::futex_word state_{initial()};
};

// All members are called under one lock, which also protects whatever the threads wait for.
template <class Sys>
class wait_list {
 public:
  using node = wait_node<Sys>;

  // Threads that were taken out of a list and have to be answered: best after the lock was freed, which they
  // will want. Independent of the list.
  class [[nodiscard]] chosen {
   public:
    bool any() const noexcept { return first_ != nullptr; }
    std::size_t size() const noexcept { return size_; }

    void answer(wait_end how = wait_end::selected) noexcept {
      for (node* current = first_; current != nullptr;) {
        node* const next = current->next_;  // answered, the node is gone
        current->answer(how);
        current = next;
      }
      first_ = nullptr;
    }

   private:
    friend wait_list;
    node* first_ = nullptr;
    node* last_ = nullptr;
    std::size_t size_ = 0;
  };

  constexpr wait_list() noexcept = default;
  wait_list(const wait_list&) = delete;
  wait_list& operator=(const wait_list&) = delete;

  // Also without the lock, as a hint: true if no push() happened before the call.
  bool empty() const noexcept { return last_.load(std::memory_order_relaxed) == nullptr; }

  // Whether a thread waits that has not left. For checks of the contract.
  bool has_waiters() const noexcept {
    const node* const last = last_.load(std::memory_order_relaxed);
    for (const node* current = last; current != nullptr;) {
      if (current->waits()) return true;
      current = current->next_ == last ? nullptr : current->next_;
    }
    return false;
  }

  // Enters the calling thread, which then frees the lock and calls mine.sleep().
  void push(node& mine) noexcept {
    node* const last = last_.load(std::memory_order_relaxed);
    if (last == nullptr) {
      mine.previous_ = mine.next_ = &mine;
    } else {
      mine.previous_ = last;
      mine.next_ = last->next_;
      last->next_->previous_ = &mine;
      last->next_ = &mine;
    }
    last_.store(&mine, std::memory_order_relaxed);
  }

  // Takes the node of a thread that left out of the list.
  void remove(node& mine) noexcept {
    if (mine.next_ == &mine) {
      last_.store(nullptr, std::memory_order_relaxed);
      return;
    }
    mine.previous_->next_ = mine.next_;
    mine.next_->previous_ = mine.previous_;
    if (last_.load(std::memory_order_relaxed) == &mine)
      last_.store(mine.previous_, std::memory_order_relaxed);
  }

  // Takes out up to `count` threads, those that wait longest first. Those that have left do not count.
  chosen take(std::size_t count) noexcept {
    chosen out;
    node* const last = last_.load(std::memory_order_relaxed);
    if (last == nullptr) return out;
    bool at_end = false;
    for (node* current = last->next_; !at_end && out.size_ < count;) {
      node* const next = current->next_;
      at_end = current == last;
      if (current->decide(node::chosen)) {
        remove(*current);
        current->next_ = nullptr;
        (out.last_ == nullptr ? out.first_ : out.last_->next_) = current;
        out.last_ = current;
        ++out.size_;
      }
      current = next;
    }
    return out;
  }
  chosen take_one() noexcept { return take(1); }
  chosen take_all() noexcept { return take(~std::size_t{0}); }

 private:
  std::atomic<node*> last_{nullptr};  // a ring: its next is the first
};

// Waits in `list` for an answer: enters it, frees `lock`, which the caller holds, and sleeps. Holds the lock
// again at the end. This is the whole of a wait inside a primitive; the condition is checked by the caller.
template <class Sys, class Lock>
wait_end wait_in(wait_list<Sys>& list, Lock& lock, sys::nanoseconds deadline,
                 const std::stop_token& stop = {}) {
  wait_node<Sys> me;
  list.push(me);
  lock.release();
  const wait_end end = me.sleep(deadline, stop);
  lock.acquire();
  if (end == wait_end::left) list.remove(me);
  return end;
}

}  // namespace heddle::core
