// What several threads did to one object: operations, each thread's in its own order, and which of them were
// over before others began.
//
// "Before" is happens-before from the return of one operation to the call of the other. A thread's clock at a
// call therefore says it all: how many operations of every other thread came before. That makes the order a
// small vector per operation, and every set of operations that is closed under it (the only ones a search
// meets) a vector of counts, one per lane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "checker/kernel/memory.hpp"

namespace heddle::detect {

using OperationId = std::uint32_t;  // in order of `add`
using Lane = std::uint32_t;         // a sequence of operations that are ordered anyway: a thread's

class History {
 public:
  explicit History(Lane lanes = 0) { clear(lanes); }

  void clear(Lane lanes);

  // The next operation of `lane`. `before[u]` operations of lane u, its first ones, returned before this one
  // was called; the entry of its own lane is not looked at. An operation that did not return (`returned`
  // false) must be the last of its lane.
  OperationId add(Lane lane, bool returned, std::span<const std::uint32_t> before);

  Lane lanes() const { return lanes_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(lane_of_.size()); }
  std::uint32_t returned_count() const { return returned_count_; }

  std::uint32_t length(Lane lane) const { return static_cast<std::uint32_t>(operations_[lane].size()); }
  OperationId operation(Lane lane, std::uint32_t position) const { return operations_[lane][position]; }

  Lane lane(OperationId id) const { return lane_of_[id]; }
  std::uint32_t position(OperationId id) const { return position_[id]; }
  bool returned(OperationId id) const { return returned_[id] != 0; }
  std::span<const std::uint32_t> before(OperationId id) const {
    return {before_.data() + std::size_t{id} * lanes_, lanes_};
  }
  // Operation `a` returned before `b` was called.
  bool precedes(OperationId a, OperationId b) const;

 private:
  Lane lanes_ = 0;
  std::uint32_t returned_count_ = 0;
  kernel::Vector<kernel::Vector<OperationId>> operations_;  // by lane
  kernel::Vector<Lane> lane_of_;
  kernel::Vector<std::uint32_t> position_;
  kernel::Vector<std::uint8_t> returned_;
  kernel::Vector<std::uint32_t> before_;  // `lanes_` entries each
};

// A history made of another one's operations.
struct DerivedHistory {
  History history;
  kernel::Vector<OperationId> origin;  // of each operation, in the other history
};

// Each thread's own order only: what sequential consistency asks for.
DerivedHistory in_program_order(const History& from);

// Order only across moments when no operation was under way; between two of them even a thread's own
// operations may be reordered: what quiescent consistency asks for. Such moments are where the order of the
// operations is a series composition: between the connected components of the relation "neither came before
// the other".
DerivedHistory in_quiescent_order(const History& from);

// The operations whose entry in `keys` is `key`, with the order they had: one object of several that do not
// influence each other (P-compositionality). Keys are those of `from`'s operations.
DerivedHistory part_of(const History& from, std::span<const std::uint64_t> keys, std::uint64_t key);

}  // namespace heddle::detect
