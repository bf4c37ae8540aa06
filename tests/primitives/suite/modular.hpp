// A threading kind for modular verification: everything is that of OS threads, but the lock inside primitives
// is a pthread mutex, whose operations are single steps for the checker, and the queue of a condition
// variable is a list under one. Lock and queue are verified on their own (unowned_mutex is nothing but the
// lock), so a primitive that is right with their contracts is right with them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/core/wait_queue.hpp"
#include "primitives/sys/sys.hpp"

namespace suite {

struct modular : heddle::sys::threads {};

}  // namespace suite

template <>
class heddle::core::lock<suite::modular> {
 public:
  void acquire() { mutex_.lock(); }
  bool try_acquire() { return mutex_.try_lock(); }
  bool release() {
    mutex_.unlock();
    return true;
  }

 private:
  std::mutex mutex_;
};

template <>
class heddle::core::wait_queue<suite::modular> {
 public:
  using node = wait_node<suite::modular>;
  using chosen = chosen_waiters<node>;

  void push(node& mine) {
    const std::lock_guard held(mutex_);
    list_.push(mine);
  }
  chosen take(std::size_t count) {
    const std::lock_guard held(mutex_);
    return list_.take(count);
  }
  void remove(node& mine) {
    const std::lock_guard held(mutex_);
    list_.remove(mine);
    if (list_.empty()) none_.notify_all();
  }
  void wait_for_leavers(const char*) {
    std::unique_lock held(mutex_);
    none_.wait(held, [this] { return list_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  wait_list<suite::modular> list_;
};
