// Sleeping on the word of a primitive, until it may have changed, until a deadline, or until a stop.
//
// A stop wakes one particular thread, which may be about to fall asleep, and a word that others change has no
// room to tell it so. A thread whose wait can be stopped therefore sleeps on a word of its own, which is in a
// list of the process, and whoever wakes the sleepers of a primitive's word also wakes those listed for its
// address (a parking lot, as in Pizlo, "Locking in WebKit", 2016, for this kind of sleeper only). The address
// is all that is used: the primitive may be gone.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "primitives/core/lock.hpp"
#include "primitives/sys/sys.hpp"

namespace heddle::core {

// A wait that only a deadline ends early.
template <class Sys>
class word_wait {
 public:
  word_wait(const typename Sys::futex_word& word, sys::nanoseconds deadline) noexcept
      : word_(word), deadline_(deadline) {}

  // Whether the thread has to announce itself in the word even if others have already.
  static constexpr bool announces() noexcept { return false; }

  // Whether the deadline has passed, for threads that cannot announce themselves.
  bool is_over() const noexcept { return deadline_ != sys::no_deadline && Sys::now() >= deadline_; }

  // Sleeps while the word holds `expected`. False: the wait is over; true: look again.
  bool sleep(std::uint32_t expected) noexcept {
    return Sys::futex_wait(word_, expected, deadline_) != sys::futex_result::timed_out;
  }

 private:
  const typename Sys::futex_word& word_;
  const sys::nanoseconds deadline_;
};

// A wait that a stop ends, too. Protocol: after the construction the thread announces itself in the word,
// once, by a read-modify-write that releases. Whoever changes the word and finds it announced has acquired,
// and calls wake_sleepers(). All changes of the word in between are read-modify-writes.
template <class Sys>
class stoppable_word_wait {
 public:
  stoppable_word_wait(const typename Sys::futex_word& word, sys::nanoseconds deadline,
                      const std::stop_token& stop)
      : word_(&word), deadline_(deadline), stop_(stop), on_stop_(stop, wake_me{*this}) {
    const hold<Sys> held(guard);
    stoppable_word_wait* const first = all.load(std::memory_order_relaxed);
    next_ = first;
    if (first != nullptr) first->previous_ = this;
    all.store(this, std::memory_order_relaxed);
  }
  ~stoppable_word_wait() {
    const hold<Sys> held(guard);
    if (next_ != nullptr) next_->previous_ = previous_;
    if (previous_ != nullptr) {
      previous_->next_ = next_;
    } else {
      all.store(next_, std::memory_order_relaxed);
    }
  }
  stoppable_word_wait(const stoppable_word_wait&) = delete;
  stoppable_word_wait& operator=(const stoppable_word_wait&) = delete;

  bool announces() const noexcept { return !announced_; }

  bool is_over() const noexcept {
    return stop_.stop_requested() || (deadline_ != sys::no_deadline && Sys::now() >= deadline_);
  }

  bool sleep(std::uint32_t /*expected*/) noexcept {
    announced_ = true;
    if (stop_.stop_requested()) return false;
    if (Sys::futex_wait(woken_, 0, deadline_) == sys::futex_result::timed_out) return false;
    // acquire: a wake that this takes back is a change of the word that the thread then sees.
    woken_.exchange(0, std::memory_order_acquire);
    return true;
  }

  static void wake_all_of(const typename Sys::futex_word& word) noexcept {
    // relaxed: the caller acquired what every thread that has announced itself did before.
    if (all.load(std::memory_order_relaxed) == nullptr) return;
    const hold<Sys> held(guard);
    for (stoppable_word_wait* one = all.load(std::memory_order_relaxed); one != nullptr; one = one->next_)
      if (one->word_ == &word) one->wake();
  }

 private:
  struct wake_me {
    stoppable_word_wait& wait;
    void operator()() const noexcept { wait.wake(); }
  };

  void wake() noexcept {
    // release: pairs with the exchange in sleep().
    woken_.store(1, std::memory_order_release);
    Sys::futex_wake(woken_, 1);
  }

  static inline constinit lock<Sys> guard;
  static inline constinit std::atomic<stoppable_word_wait*> all{nullptr};

  const typename Sys::futex_word* const word_;
  const sys::nanoseconds deadline_;
  const std::stop_token& stop_;
  bool announced_ = false;
  stoppable_word_wait* previous_ = nullptr;
  stoppable_word_wait* next_ = nullptr;
  typename Sys::futex_word woken_{0};
  const std::stop_callback<wake_me> on_stop_;  // last: it may call at once, and is destroyed first
};

// Wakes `count` threads that sleep on the word, and all whose wait can be stopped. Uses only its address.
template <class Sys>
void wake_sleepers(const typename Sys::futex_word& word, std::int32_t count) noexcept {
  Sys::futex_wake(word, count);
  stoppable_word_wait<Sys>::wake_all_of(word);
}

// wait(how to sleep), where the sleep ends at `deadline` or, if `stop` can come, by it.
template <class Sys, class Wait>
bool wait_on(const typename Sys::futex_word& word, sys::nanoseconds deadline, const std::stop_token& stop,
             Wait wait) {
  if (!stop.stop_possible()) {
    word_wait<Sys> plain(word, deadline);
    return wait(plain);
  }
  stoppable_word_wait<Sys> stoppable(word, deadline, stop);
  return wait(stoppable);
}

}  // namespace heddle::core
