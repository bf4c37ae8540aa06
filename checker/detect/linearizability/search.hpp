// Is there one order of a history's operations, one after the other, that respects which came before which
// and in which a sequential object gives every operation the result it had?
//
// The search is Wing and Gong's ("Testing and Verifying Concurrent Objects", 1993) with the memory Lowe added
// ("Testing for linearizability", 2017): extend a legal sequence by one operation that nothing left over
// precedes; when there is none, take the last one back; never extend from the same set of operations and the
// same state of the object twice. Differences: order is a partial order of threads' clocks and not of
// intervals on a time line, so a set of operations is a vector of counts (history.hpp) instead of a bit set;
// states are numbered by the specification, which knows how to tell them apart. Deciding this is NP-complete:
// there is a bound.
#pragma once

#include <cstdint>
#include <span>

#include "checker/detect/linearizability/history.hpp"
#include "checker/kernel/memory.hpp"

namespace heddle::detect {

using StateId = std::uint32_t;  // a state of the sequential object; 0 is its initial state

enum class Step : std::uint8_t {
  legal,
  illegal,  // the object would have given another result
  blocked,  // the object would not have let it return
};

class Specification {
 public:
  // Does `operation` in `state`; the state after it is written when the step is legal. Two ids may stand for
  // equal states, which costs time; one id must never stand for two states. An operation that did not return
  // is legal with any result.
  virtual Step apply(StateId state, OperationId operation, StateId& after) = 0;

 protected:
  ~Specification() = default;
};

// What became of the operations that did not return.
enum class Pending : std::uint8_t {
  may_have_happened,  // the run was cut short: each took effect or did not
  must_block,         // nothing can move any more: each must be blocked in the state the others lead to
};

struct Explanation {
  enum class Outcome : std::uint8_t {
    legal,
    illegal,  // no order explains the results
    stuck,    // some order explains the results, but in none does every pending operation block
    unknown,  // the bound was reached
  };
  Outcome outcome = Outcome::unknown;
  // legal: an order that explains all; otherwise the longest legal sequence met, and the state it leads to.
  kernel::Vector<OperationId> order;
  StateId state = 0;
};

class LinearizationSearch {
 public:
  static constexpr std::uint64_t configurations_bound = 20'000'000;

  // The answer is valid until the next call. Memory is kept for it.
  const Explanation& explain(const History& history, Specification& object, Pending pending,
                             std::uint64_t configurations_max = configurations_bound);

  // Sets of operations and states seen by the last call.
  std::uint64_t configurations() const { return configurations_; }

 private:
  struct Frame {
    StateId state;       // before the operation
    OperationId chosen;  // the operation of this frame
  };

  void index_waiters();
  OperationId next_candidate(OperationId after) const;
  void advance(Lane lane);
  void retreat(Lane lane);
  bool remember(StateId state);
  void grow();
  bool is_explained(StateId state, Pending pending);
  void keep_longest(StateId state);

  const History* history_ = nullptr;
  Specification* object_ = nullptr;
  Explanation best_;
  bool explained_but_stuck_ = false;
  std::uint64_t configurations_ = 0;
  std::uint32_t returned_done_ = 0;
  kernel::Vector<std::uint32_t> done_;  // per lane; one more entry as room for a state
  std::uint64_t done_hash_ = 0;
  // Of each operation: lanes of which too little is done yet for it to be next.
  kernel::Vector<std::uint32_t> missing_;
  // The operations for which it is the n-th operation of a lane that was missing: those of the lane's n-th
  // operation `o` are waiters_[waiters_at_[o]] up to waiters_[waiters_at_[o + 1]].
  kernel::Vector<OperationId> waiters_;
  kernel::Vector<std::uint32_t> waiters_at_;
  kernel::Vector<Frame> path_;
  kernel::Vector<std::uint32_t> seen_;  // configurations, done_.size() words each
  struct Slot {
    std::uint32_t configuration = 0;  // its number in seen_, from 1; 0: free
    std::uint32_t hash = 0;           // to tell most apart without looking there
  };
  kernel::Vector<Slot> table_;            // open addressing
  kernel::Vector<std::uint64_t> hashes_;  // of the configurations in seen_
};

}  // namespace heddle::detect
