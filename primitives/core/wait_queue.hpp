// Waiters in one word that is also their lock, first come first served.
//
// The word points to the newest node, behind which the older ones are linked; a bit says that a thread holds
// the queue, another that threads want to. Entering is one compare-exchange, whoever holds the queue. Taking
// nodes out needs holding it, and changes the word when the queue is given up: until then whoever holds it
// works on its own view, and links what came meanwhile behind it. A thread that finds the queue held enters
// it with a node that wants it, and is handed it. So one word does without a second one to sleep on. As in
// the WordLock of WebKit (Pizlo, "Locking in WebKit", 2016), only the newest node knows the oldest, and the
// links from old to new are made by whoever holds the queue; there the queue is of threads that want the
// lock, here of threads that wait for the event as well.
//
// A thread that was chosen never touches the queue again, so the queue may be destroyed as soon as nobody
// waits in it. One that left takes its node out itself.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "primitives/core/errors.hpp"
#include "primitives/core/waiter.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle::core {

template <class Sys>
class wait_queue {
 public:
  // A place in the queue, on the stack of the thread that waits.
  class node : public waiter<Sys> {
    friend wait_queue;
    friend chosen_waiters<node>;

    node* previous_ = nullptr;      // the next older one
    node* next_ = nullptr;          // the next newer one, of those that link() has seen
    node* oldest_ = nullptr;        // of the queue, in the newest node that knows
    node* destroyer_ = nullptr;     // waits until this one is out
    bool wants_the_queue_ = false;  // rather than the event
  };
  using chosen = chosen_waiters<node>;

  constexpr wait_queue() noexcept = default;
  wait_queue(const wait_queue&) = delete;
  wait_queue& operator=(const wait_queue&) = delete;

  // True if no push() happened before the call whose node is still in.
  bool empty() const noexcept { return newest_of(word_.load(std::memory_order_relaxed)) == nullptr; }

  // Enters the calling thread, which then calls mine.sleep(). Whoever sees anything it does after this finds
  // it in the queue.
  void push(node& mine) noexcept {
    std::uintptr_t seen = 0;  // a guess
    while (!try_enter(mine, seen, 0)) {
    }
  }

  // Takes out up to `count` threads, those that wait longest first. Those that have left do not count. Costs
  // a load if empty().
  chosen take(std::size_t count) noexcept {
    chosen out;
    const std::uintptr_t seen = word_.load(std::memory_order_relaxed);
    if (newest_of(seen) == nullptr) return out;
    holder queue(*this, seen);
    for (node* current = queue.oldest(); current != nullptr && out.size() < count;) {
      node* const next = queue.newer(*current);
      if (!current->wants_the_queue_ && current->choose()) {
        queue.remove(*current);
        out.add(*current);
      }
      current = next;
    }
    return out;
  }

  // Takes out the node of a thread that left. The queue may be gone when this returns.
  void remove(node& mine) noexcept {
    node* destroyer = nullptr;
    {
      holder queue(*this, reinterpret_cast<std::uintptr_t>(&mine));
      queue.remove(mine);
      destroyer = mine.destroyer_;
    }
    if (destroyer != nullptr) destroyer->answer(wait_end::selected);
  }

  // Before the destruction, when nobody waits any longer: until the threads that left are out. `what` is
  // destroyed, if that is misuse.
  void wait_for_leavers(const char* what) noexcept {
    // acquire: what the last thread that was here did happened before.
    while (const std::uintptr_t seen = word_.load(std::memory_order_acquire)) {
      node me;
      {
        holder queue(*this, seen);
        node* last = nullptr;
        for (node* current = queue.oldest(); current != nullptr; current = queue.newer(*current)) {
          if (current->wants_the_queue_) continue;
          if (misuse_checked && current->waits()) destroyed_in_use(what);
          last = current;
        }
        if (last == nullptr) continue;
        last->destroyer_ = &me;
      }
      static_cast<void>(me.sleep());
    }
  }

 private:
  static constexpr std::uintptr_t held = 1;
  static constexpr std::uintptr_t wanted = 2;
  static_assert(alignof(node) > (held | wanted));

  static node* newest_of(std::uintptr_t word) noexcept {
    return reinterpret_cast<node*>(word & ~(held | wanted));
  }

  // Makes `mine` the newest node, if the word still is `seen`, and sets `flags`.
  bool try_enter(node& mine, std::uintptr_t& seen, std::uintptr_t flags) noexcept {
    mine.previous_ = newest_of(seen);
    const std::uintptr_t entered = reinterpret_cast<std::uintptr_t>(&mine) | (seen & (held | wanted)) | flags;
    // release: whoever holds the queue sees the node as it was made.
    return word_.compare_exchange_weak(seen, entered, std::memory_order_release, std::memory_order_relaxed);
  }

  // Holds the queue for a scope.
  class [[nodiscard]] holder {
   public:
    // `guess`: the word, as far as the caller knows.
    holder(wait_queue& queue, std::uintptr_t guess) noexcept : queue_(queue), seen_(queue.acquire(guess)) {
      newest_ = newest_of(seen_);
      link();
    }
    ~holder() { release(); }
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;

    node* oldest() const noexcept { return newest_ == nullptr ? nullptr : newest_->oldest_; }
    node* newer(node& one) const noexcept { return &one == newest_ ? nullptr : one.next_; }

    // The node has to live until the queue was given up.
    void remove(node& one) noexcept {
      if (&one == newest_) {
        newest_ = one.previous_;
        if (newest_ != nullptr) newest_->oldest_ = one.oldest_;
        return;
      }
      one.next_->previous_ = one.previous_;
      (one.previous_ == nullptr ? newest_->oldest_ : one.previous_->next_) = one.next_;
    }

   private:
    // Makes the links to newer nodes, and finds the oldest, from the newest to one that was the newest
    // before.
    void link() noexcept {
      if (newest_ == nullptr) return;
      node* current = newest_;
      for (; current->oldest_ == nullptr && current->previous_ != nullptr; current = current->previous_)
        current->previous_->next_ = current;
      newest_->oldest_ = current->oldest_ == nullptr ? current : current->oldest_;
    }

    // Nodes came, the oldest of them behind `before`, which may have been taken out.
    void link_newcomers(const node* before) noexcept {
      node* const newest = newest_of(seen_);
      node* first = newest;
      while (first->previous_ != before) first = first->previous_;
      first->previous_ = newest_;
      newest_ = newest;
      link();
    }

    // Takes out the oldest node that wants the queue.
    node* take_heir() noexcept {
      for (node* current = oldest(); current != nullptr; current = newer(*current))
        if (current->wants_the_queue_) {
          remove(*current);
          return current;
        }
      return nullptr;
    }

    void release() noexcept {
      node* heir = nullptr;
      for (;;) {
        if (heir == nullptr && (seen_ & wanted) != 0) heir = take_heir();
        const std::uintptr_t next =
            reinterpret_cast<std::uintptr_t>(newest_) | (heir == nullptr ? 0 : held | wanted);
        const node* const before = newest_of(seen_);
        // release: the next holder sees the links that were changed. acquire: so does this one, of newcomers.
        if (queue_.word_.compare_exchange_strong(seen_, next, std::memory_order_release,
                                                 std::memory_order_acquire))
          break;
        link_newcomers(before);
      }
      if (heir != nullptr) heir->answer(wait_end::selected);
    }

    wait_queue& queue_;
    std::uintptr_t seen_;
    node* newest_;  // of those that were seen and not taken out
  };

  // Returns the word as it then is.
  std::uintptr_t acquire(std::uintptr_t seen) noexcept {
    for (int round = Sys::spin_rounds();;) {
      if ((seen & held) == 0) {
        // acquire: sees the nodes, and the links the last holder changed.
        if (word_.compare_exchange_weak(seen, seen | held, std::memory_order_acquire,
                                        std::memory_order_relaxed))
          return seen | held;
      } else if (round > 0) {
        Sys::pause(round--);
        seen = word_.load(std::memory_order_relaxed);
      } else {
        node me;
        me.wants_the_queue_ = true;
        if (!try_enter(me, seen, wanted)) continue;
        static_cast<void>(me.sleep());
        // acquire: sees nodes that came since the last holder gave it up.
        return word_.load(std::memory_order_acquire);
      }
    }
  }

  std::atomic<std::uintptr_t> word_{0};
};

}  // namespace heddle::core
