// Waiters under a lock of their owner, first come first served.
//
// A thread that was chosen never touches the list again, so the list may be destroyed as soon as nobody waits
// in it. One that left takes its node out itself, under the lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <stop_token>

#include "primitives/core/waiter.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle::core {

template <class Sys>
class wait_list;

// A place in a wait_list, on the stack of the thread that waits. After a sleep that ends with `left`, take
// the lock and call wait_list::remove().
template <class Sys>
class wait_node : public waiter<Sys> {
  friend wait_list<Sys>;
  friend chosen_waiters<wait_node>;

  wait_node* previous_ = nullptr;
  wait_node* next_ = nullptr;
};

// All members are called under one lock, which also protects whatever the threads wait for.
template <class Sys>
class wait_list {
 public:
  using node = wait_node<Sys>;

  using chosen = chosen_waiters<node>;

  constexpr wait_list() noexcept = default;
  wait_list(const wait_list&) = delete;
  wait_list& operator=(const wait_list&) = delete;

  // Also without the lock, as a hint: true if no push() happened before the call.
  bool empty() const noexcept { return last_.load(std::memory_order_relaxed) == nullptr; }

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
    for (node* current = last->next_; !at_end && out.size() < count;) {
      node* const next = current->next_;
      at_end = current == last;
      if (current->choose()) {
        remove(*current);
        out.add(*current);
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
