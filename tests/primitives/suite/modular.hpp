// A threading kind for modular verification: everything is that of OS threads, but the lock inside primitives
// is a pthread mutex, whose operations are single steps for the checker. The lock itself is verified on its
// own (unowned_mutex is nothing else), so a primitive that is right with its contract is right with the lock.
#pragma once

#include <mutex>

#include "primitives/core/lock.hpp"
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
