// Guards for what the standard library's do not cover. For locks use std::lock_guard, std::unique_lock,
// std::shared_lock and std::scoped_lock, which take all locks of this library; over any permutation of the
// same locks std::scoped_lock does not deadlock.
#pragma once

#include <cstddef>
#include <exception>
#include <utility>

namespace heddle {

// Takes permits of a semaphore for a scope and gives back exactly those.
template <class Semaphore>
class [[nodiscard]] semaphore_guard {
 public:
  // Blocks until there is a permit.
  explicit semaphore_guard(Semaphore& semaphore) : semaphore_(&semaphore), count_(1) { semaphore.acquire(); }
  // Blocks until there are `count` permits at once.
  semaphore_guard(Semaphore& semaphore, std::ptrdiff_t count) : semaphore_(&semaphore), count_(count) {
    semaphore.acquire_n(count);
  }
  ~semaphore_guard() {
    if (semaphore_ != nullptr) semaphore_->release(count_);
  }
  semaphore_guard(semaphore_guard&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)), count_(other.count_) {}
  semaphore_guard& operator=(semaphore_guard&&) = delete;

  // The permits are kept beyond the scope: somebody else gives them back.
  void dismiss() noexcept { semaphore_ = nullptr; }

 private:
  Semaphore* semaphore_;
  std::ptrdiff_t count_;
};

// Arrives at a barrier when the scope ends, on every way out of it; aborts the barrier when that is by an
// exception, so that the others do not wait for ever.
template <class Barrier>
class [[nodiscard]] barrier_phase {
 public:
  explicit barrier_phase(Barrier& barrier) noexcept
      : barrier_(barrier), exceptions_(std::uncaught_exceptions()) {}
  // Blocks until all parties have arrived. An exception of the barrier's action leaves the destructor.
  ~barrier_phase() noexcept(false) {
    if (std::uncaught_exceptions() > exceptions_) {
      barrier_.abort();
    } else {
      static_cast<void>(barrier_.arrive_and_wait());
    }
  }
  barrier_phase(const barrier_phase&) = delete;
  barrier_phase& operator=(const barrier_phase&) = delete;

 private:
  Barrier& barrier_;
  int exceptions_;
};

}  // namespace heddle
