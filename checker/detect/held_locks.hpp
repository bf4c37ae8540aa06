// The locks one thread holds, and the units of semaphores it took and has not given back, in the order it
// took them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::detect {

struct HeldLock {
  kernel::LocationId location = 0;
  std::uintptr_t object = 0;
  std::uintptr_t pc = 0;  // where it was locked
  kernel::ObjectKind kind = kernel::ObjectKind::mutex;
  bool shared = false;     // a read lock
  bool is_permit = false;  // a unit of a semaphore, which has `permits` of them
  std::uint32_t permits = 0;
  std::uint32_t depth = 0;  // read locks and semaphores may be taken several times
  std::uint32_t stack = 0;  // the frontend's: where the full stack is kept, 0 for nowhere
};

// Few locks are held at a time: a linear search from the newest beats any table.
class HeldLocks {
 public:
  void clear() { locks_.clear(); }
  bool empty() const { return locks_.empty(); }
  std::span<const HeldLock> all() const { return {locks_.data(), locks_.size()}; }

  HeldLock* find(kernel::LocationId location) {
    for (std::size_t i = locks_.size(); i-- > 0;) {
      if (locks_[i].location == location) return &locks_[i];
    }
    return nullptr;
  }

  void add(const HeldLock& lock) { locks_.push_back(lock); }

  // False: the lock is not held.
  bool remove(kernel::LocationId location) {
    HeldLock* lock = find(location);
    if (lock == nullptr) return false;
    locks_.erase(locks_.begin() + (lock - locks_.data()));
    return true;
  }

 private:
  kernel::Vector<HeldLock> locks_;
};

}  // namespace heddle::detect
