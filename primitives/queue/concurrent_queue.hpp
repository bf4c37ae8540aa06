// An unbounded queue for many producers and many consumers: Python's queue.SimpleQueue.
//
// The two-lock queue of Michael and Scott (PODC 1996): a list with a dummy node, one lock for each end, so
// that a push never waits for a pop. Differs from it: consumers that find nothing sleep, in the order they
// came.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "primitives/core/deadline.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle {

// First in, first out. push() never blocks but for the memory it allocates and a few instructions of other
// producers. What happened before a push happens before the return of the pop that takes its element.
template <class T, class Sys = sys::threads>
class basic_concurrent_queue {
 public:
  basic_concurrent_queue() : head_(new node), tail_(head_) {}
  basic_concurrent_queue(const basic_concurrent_queue&) = delete;
  basic_concurrent_queue& operator=(const basic_concurrent_queue&) = delete;
  ~basic_concurrent_queue() {
    for (node* current = head_; current != nullptr;)
      delete std::exchange(current, current->next.load(std::memory_order_relaxed));
  }

  void push(T value) {
    auto made = std::make_unique<node>();
    made->value.emplace(std::move(value));
    node* const added = made.release();
    {
      const core::hold<Sys> held(tail_lock_);
      // release: the consumer sees the element, with only the other lock. seq_cst: see below.
      tail_->next.store(added, std::memory_order_seq_cst);
      tail_ = added;
    }
    // Whoever wants to sleep is counted first and looks again: one of the two sees the other. seq_cst, here
    // and there: both sides store and then load what the other stores.
    if (sleepers_.load(std::memory_order_seq_cst) == 0) return;
    head_lock_.acquire();
    typename core::wait_list<Sys>::chosen chosen = waiters_.take_one();
    head_lock_.release();
    chosen.answer();
  }

  // Never blocks for an element.
  std::optional<T> try_pop() {
    std::unique_ptr<node> old;
    const core::hold<Sys> held(head_lock_);
    return unlink(old);
  }

  // Blocks until there is an element.
  T pop() { return *pop_until(sys::no_deadline, {}); }

  // Nothing: a stop was requested first.
  std::optional<T> pop(const std::stop_token& stop) { return pop_until(sys::no_deadline, stop); }

  // Nothing after `duration` without an element, or after a stop. Zero or less is try_pop().
  template <class Rep, class Period>
  std::optional<T> pop_for(std::chrono::duration<Rep, Period> duration, const std::stop_token& stop = {}) {
    const sys::nanoseconds left = saturated_nanoseconds(duration);
    return left > 0 ? pop_until(deadline_after<Sys>(left), stop) : try_pop();
  }

  // A hint: out of date when it returns.
  bool empty() const {
    const core::hold<Sys> held(head_lock_);
    return head_->next.load(std::memory_order_relaxed) == nullptr;
  }

 private:
  struct node {
    std::optional<T> value;
    std::atomic<node*> next{nullptr};
  };

  // A pop that may sleep, from taking the lock of the head to freeing it.
  class popping {
   public:
    explicit popping(basic_concurrent_queue& queue) noexcept : queue_(queue) { queue_.head_lock_.acquire(); }
    ~popping() {
      if (counted_) queue_.sleepers_.fetch_sub(1, std::memory_order_relaxed);
      typename core::wait_list<Sys>::chosen other;
      // T's move threw: the element is still there, for somebody else.
      if (!done_) other = queue_.waiters_.take_one();
      queue_.head_lock_.release();
      other.answer();
    }
    popping(const popping&) = delete;
    popping& operator=(const popping&) = delete;
    bool is_counted() const noexcept { return counted_; }
    void count() noexcept {
      counted_ = true;
      queue_.sleepers_.fetch_add(1, std::memory_order_seq_cst);
    }
    void done() noexcept { done_ = true; }

   private:
    basic_concurrent_queue& queue_;
    bool counted_ = false;
    bool done_ = false;
  };

  // With the lock of the head. `old` is to be freed after it.
  std::optional<T> unlink(std::unique_ptr<node>& old) {
    // acquire: pairs with push(). seq_cst for a thread that is about to sleep.
    node* const first = head_->next.load(std::memory_order_seq_cst);
    if (first == nullptr) return std::nullopt;
    std::optional<T> out(std::move(first->value));
    first->value.reset();
    old.reset(std::exchange(head_, first));
    return out;
  }

  std::optional<T> pop_until(sys::nanoseconds deadline, const std::stop_token& stop) {
    std::unique_ptr<node> old;
    popping inside(*this);
    for (bool late = false;;) {
      std::optional<T> out = unlink(old);
      if (out || late) {
        inside.done();
        return out;
      }
      if (!inside.is_counted()) {
        inside.count();  // and looks again: see push()
      } else {
        late = core::wait_in(waiters_, head_lock_, deadline, stop) == core::wait_end::left;
      }
    }
  }

  mutable core::lock<Sys> head_lock_;
  std::atomic<unsigned> sleepers_{0};
  node* head_;
  core::wait_list<Sys> waiters_;
  core::lock<Sys> tail_lock_;
  node* tail_;
};

template <class T>
using concurrent_queue = basic_concurrent_queue<T>;

}  // namespace heddle
