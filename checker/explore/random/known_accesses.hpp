// The accesses and reads-from pairs that the executions of a search have had, a bounded number of them.
#pragma once

#include <cstdint>

#include "checker/explore/random/conflict.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::explore {

// An instruction with the location it accesses, whichever thread executes it.
using AccessId = std::uint64_t;
inline constexpr AccessId no_access = 0;

inline AccessId access_of(const kernel::Operation& op) {
  return touch(op) == Touch::nothing
             ? no_access
             : (place_of(op) * 0x9e3779b97f4a7c15U ^ op.site.pc * 0xd1342543de82ef95U) | 1U;
}

class KnownAccesses {
 public:
  struct Access {
    AccessId id;
    std::uint64_t place;
  };
  enum class Pair : std::uint8_t { known, again, fresh };

  KnownAccesses() { table_.resize(slots); }

  // From here on pairs are those of another execution.
  void begin_execution();
  // The thread did `op`, which is an access.
  void note(const kernel::Operation& op, kernel::ThreadId t);
  // The latest write to the place of plain memory in this execution.
  AccessId last_write(std::uint64_t place) const;
  // `again`: known, but new in this execution. Beyond the bound every pair is `known`.
  Pair note_pair(AccessId write, AccessId read);
  std::uint64_t pairs() const { return pairs_; }

  // A read of a place that several threads access, and a write to the same place that could be what it reads.
  // False: there is none, or none was met soon.
  bool draw(kernel::Random& random, Access& write, Access& read) const;

  // How many executions ended with this set of pairs.
  std::uint32_t count_execution(std::uint64_t reads);
  std::uint32_t executions_with(std::uint64_t reads) const;
  double mean_of_sets() const {
    return sets_ == 0 ? 0 : static_cast<double>(executions_) / static_cast<double>(sets_);
  }

 private:
  static constexpr std::size_t slots = std::size_t{1} << 16U;
  static constexpr std::size_t used_max = slots / 4 * 3;
  struct Slot {
    std::uint64_t key = 0;
    std::uint64_t value = 0;      // of a place: the last plain write; of a set of pairs: how often
    std::uint32_t execution = 0;  // of a pair and a place: the latest that had it
    kernel::ThreadId thread = kernel::no_thread;  // of a place: who accessed it first
    bool shared = false;                          // of a place
  };
  // Null: no room.
  Slot* find_or_add(std::uint64_t key, bool& added);
  const Slot* find(std::uint64_t key) const;

  kernel::Vector<Slot> table_;
  std::size_t used_ = 0;
  kernel::Vector<Access> reads_;
  kernel::Vector<Access> writes_;
  std::uint32_t execution_ = 0;
  std::uint64_t pairs_ = 0;
  std::uint64_t executions_ = 0;
  std::uint64_t sets_ = 0;
};

}  // namespace heddle::explore
