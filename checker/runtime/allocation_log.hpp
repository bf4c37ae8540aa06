// When the memory of an arena, which is given out in ascending order, was allocated in this execution: an
// allocation is a write to what it allocates, and races with who does not know of it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/kernel/memory.hpp"

namespace heddle::runtime {

class AllocationLog {
 public:
  // What lies from `address` on is allocated now, by the thread whose plain accesses are recorded as `now`
  // (0: by nobody in particular; anybody may use it).
  void note(std::uintptr_t address, detect::Mark now) {
    if (all_.empty() ? now != 0 : all_.back().epoch != now) all_.push_back({address, now});
  }

  // The allocation as an access to the bytes of `mask` in the cell of `address`; 0 if it is not known.
  detect::Mark mark_of(std::uintptr_t address, std::uint8_t mask) const {
    const auto after = std::upper_bound(all_.begin(), all_.end(), address,
                                        [](std::uintptr_t at, const Allocation& a) { return at < a.from; });
    if (after == all_.begin() || (after - 1)->epoch == 0) return 0;
    return (after - 1)->epoch | detect::mark_write_bit | detect::mark_allocation_bit |
           detect::Mark{mask} << detect::mark_mask_shift;
  }

  void clear() { all_.clear(); }

 private:
  struct Allocation {
    std::uintptr_t from;
    detect::Mark epoch;
  };
  kernel::Vector<Allocation> all_;
};

}  // namespace heddle::runtime
