// Calls a function once, later, in a thread of its own: Python's threading.Timer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/sys/sys.hpp"
#include "primitives/thread/thread.hpp"

namespace heddle {

// One shot. What start() saw happens before the callback, which happens before the return of
// cancel_and_wait(). The destructor cancels and waits.
template <class Sys = sys::threads>
class basic_timer {
 public:
  // Zero or less: at once.
  template <class Rep, class Period>
  basic_timer(std::chrono::duration<Rep, Period> delay, std::function<void()> callback)
      : delay_(saturated_nanoseconds(delay)),
        callback_(std::move(callback)),
        thread_(basic_thread<Sys>::deferred({.name = "timer"}, [this] { run(); })) {}
  basic_timer(const basic_timer&) = delete;
  basic_timer& operator=(const basic_timer&) = delete;
  ~basic_timer() { cancel_and_wait(); }

  // Once, by one thread; a second time throws thread_state_error. If it was cancelled, nothing will happen.
  void start() {
    if (thread_.joinable()) throw thread_state_error("timer: started twice");
    due_ = deadline_after<Sys>(delay_);
    thread_.start();
  }

  // True: the callback will never run. False: it runs or has run. Never blocks.
  bool cancel() noexcept {
    std::uint32_t expected = armed;
    // relaxed: decides only; nobody reads what came before through it.
    const bool mine = word_.compare_exchange_strong(expected, cancelled, std::memory_order_relaxed,
                                                    std::memory_order_relaxed);
    if (mine) Sys::futex_wake(word_, 1);
    return mine || expected == cancelled;
  }

  // As cancel(); a callback that runs has ended at the return, so that what it uses may be destroyed. From
  // inside the callback it only returns.
  bool cancel_and_wait() {
    const bool never = cancel();
    if (thread_.joinable() && !is_callback()) thread_.join();
    return never;
  }

  // Whether the callback was begun. Orders nothing.
  bool fired() const noexcept { return word_.load(std::memory_order_relaxed) == firing; }

 private:
  static constexpr std::uint32_t armed = 0;
  static constexpr std::uint32_t firing = 1;
  static constexpr std::uint32_t cancelled = 2;

  // relaxed: the callback's thread finds what it stored itself; others find anything else.
  bool is_callback() const noexcept {
    const thread_info* const me = basic_thread<Sys>::current();
    return me != nullptr && me == caller_.load(std::memory_order_relaxed);
  }

  void run() {
    while (word_.load(std::memory_order_relaxed) == armed) {
      if (Sys::now() < due_ && Sys::futex_wait(word_, armed, due_) != sys::futex_result::timed_out) continue;
      std::uint32_t expected = armed;
      if (!word_.compare_exchange_strong(expected, firing, std::memory_order_relaxed,
                                         std::memory_order_relaxed))
        return;
      caller_.store(basic_thread<Sys>::current(), std::memory_order_relaxed);
      callback_();
      return;
    }
  }

  const sys::nanoseconds delay_;
  sys::nanoseconds due_ = 0;
  const std::function<void()> callback_;
  typename Sys::futex_word word_{armed};
  std::atomic<const thread_info*> caller_{nullptr};  // while the callback runs
  basic_thread<Sys> thread_;
};

using timer = basic_timer<>;

}  // namespace heddle
