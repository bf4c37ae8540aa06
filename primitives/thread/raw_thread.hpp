// Threads without a name, a record or an object of their own: Python's _thread module.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "primitives/core/deadline.hpp"
#include "primitives/core/errors.hpp"
#include "primitives/sys/sys.hpp"
#include "primitives/thread/thread.hpp"

namespace heddle::raw {

namespace detail {
inline constinit std::atomic<std::size_t> live{0};
inline constinit std::atomic<std::size_t> interrupts{0};
}  // namespace detail

// A thread that was started. Dropping the handle lets the thread run on.
class thread_handle {
 public:
  // Blocks until the thread has ended. Any number of times, by any number of threads; from the thread itself
  // it throws resource_deadlock_would_occur. The end of the thread happens before the return.
  void join() { thread_->join(); }
  template <class Rep, class Period>
  [[nodiscard]] bool try_join_for(std::chrono::duration<Rep, Period> duration) {
    return thread_->try_join_for(duration);
  }
  bool is_done() const noexcept { return !thread_->is_alive(); }

 private:
  friend thread_handle start(std::function<void()> body);
  explicit thread_handle(std::shared_ptr<thread> started) : thread_(std::move(started)) {}
  std::shared_ptr<thread> thread_;
};

// Runs body() in a new thread, which the end of the program does not wait for. What it throws goes to the
// uncaught handler. Throws std::system_error when the system cannot start one.
inline thread_handle start(std::function<void()> body) {
  // Counted here, so that the count is right as soon as start() has returned.
  detail::live.fetch_add(1, std::memory_order_relaxed);
  struct counted {
    ~counted() { detail::live.fetch_sub(1, std::memory_order_relaxed); }
  };
  auto made = std::make_shared<thread>(thread::deferred({.daemon = true}, [body = std::move(body)] {
    const counted ends;
    body();
  }));
  try {
    made->start();
  } catch (...) {
    const counted never;
    throw;
  }
  return thread_handle(std::move(made));
}

// Raw threads started and not yet ended. A hint.
inline std::size_t live_count() noexcept { return detail::live.load(std::memory_order_relaxed); }

// Numbers of threads, never 0: unique among those alive, and as debuggers show them.
inline sys::threads::thread_id ident() noexcept { return sys::threads::self(); }

// Ends the calling thread: unwinds, so that destructors run.
[[noreturn]] inline void exit() { this_thread::exit(); }

// The stack of threads started from now on that ask for none, raw or not. 0: the system's default. Throws
// invalid_argument below what the system accepts. Returns the value before.
inline std::size_t stack_bytes(std::size_t bytes) {
  if (bytes != 0 && bytes < sys::threads::stack_bytes_min())
    throw_lock_error(std::errc::invalid_argument, "stack_bytes: less than the system accepts");
  return core::thread_registry<sys::threads>::get().stack_bytes.exchange(bytes, std::memory_order_relaxed);
}
inline std::size_t stack_bytes() noexcept {
  return core::thread_registry<sys::threads>::get().stack_bytes.load(std::memory_order_relaxed);
}

// Asks the main thread to stop what it does. It looks with take_interrupt(): nothing is interrupted by force.
// What happened before an interrupt happens before the take_interrupt() that takes it.
inline void interrupt_main() noexcept { detail::interrupts.fetch_add(1, std::memory_order_release); }

// Whether there was an interrupt, which is taken: true once for each.
inline bool take_interrupt() noexcept {
  std::size_t seen = detail::interrupts.load(std::memory_order_relaxed);
  while (seen != 0)
    if (detail::interrupts.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire,
                                                 std::memory_order_relaxed))
      return true;
  return false;
}

}  // namespace heddle::raw
