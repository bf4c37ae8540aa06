// Locations that nobody reads: the order of their stores (mo) is left open instead of being a choice.
//
// The search assumes of some locations that no operation in it reads them, nor anything else looks at them
// (Operation::observed, Explorer::looked_at). A graph then has no mo there; in the array the stores stand as
// they were added. Such a graph counts as consistent if *some* order of those stores makes it so, and that is
// so if and only if the model is content with it as it is, where the model draws no edge from that order:
// - sc, tso: take any total order of all events that shows the rest to be acyclic, and read the order off it.
//   No read of the location exists, so it adds no other edge. What happens before is ordered alike there.
// - rc11: nothing synchronises through the location, so only psc can be concerned. Let T be a total order of
//   the SC events that contains psc without those edges. For a store w let B(w) be w itself if it is SC, and
//   the SC fences that happen before it; D(w) w itself if it is SC, and the SC fences it happens before.
//   Every edge that "w mo v" adds goes from B(w) to D(v). So w must not come before v if min D(v) <= max B(w)
//   in T, or if v happens before w: v must come first then. These demands have no cycle. Where u happens
//   before v or is v, and B(u), D(v) are not empty, max B(u) < min D(v) unless both are the same SC store;
//   for each demand v before w of the first sort is min D(v) <= max B(w), where equal means the same fence.
//   Along a cycle min D of the stores that demand would thus grow for ever; and happens-before alone has
//   none. Hence an order of each such location that meets its demands exists, and all psc edges agree with T.
// This consistency holds of every porf-closed part of a graph if it holds of the graph, and a store can
// always be added: all that TruSt asks. A store there is added in one way, so it was always added maximally;
// and nothing can be revisited by it.
//
// Which locations? Those that several threads stored to and none read in the first execution; if there are
// any, the search begins anew with them assumed. When a thread turns out to read one, it begins anew without
// it. It does turn out: the part of such an execution before the first read of them is explored up to where
// its thread is about to read. That set is a property of the program, so that all who search it end with the
// same. After a few such surprises nothing is assumed any more, for each costs what was explored before it.
//
// The graph is as good as one that the model allows, but read in the order of the array it may not be one
// itself. If the replay of a finding's schedule does not show it, the search begins anew without assumptions
// (Explorer::keep_rounds).
#pragma once

#include "checker/kernel/memory.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore {

// What all parts of a search must agree on.
struct UnreadAssumption {
  kernel::Vector<std::uintptr_t> addresses;
  std::uint32_t surprises = 0;
  bool settled = false;  // false: the first execution is still to choose
};

class UnreadLocations {
 public:
  // Whether arrive() has anything to do.
  bool idle() const { return assumed_.settled && assumed_.addresses.empty(); }
  // Thread t is about to do the operation. False: what was assumed is wrong, and not assumed from now on; the
  // search has to begin anew.
  bool arrive(kernel::ThreadId t, const kernel::Operation& op);
  // Something other than an operation reads the object at this address. The answer is the same.
  bool looked_at(std::uintptr_t address);
  bool contains(kernel::LocationId x) const { return x < known_.size() && known_[x].assumed; }
  bool any() const { return !assumed_.addresses.empty(); }

  // The first execution has ended: chooses the locations. True: there are some, the search has to begin anew.
  bool settle();
  const UnreadAssumption& assumed() const { return assumed_; }
  void assume(const UnreadAssumption& assumption);
  void assume_nothing() { assume({{}, assumed_.surprises, true}); }

 private:
  // Locations are numbered as a process meets them: what all processes agree on is the object's address.
  struct Known {
    std::uintptr_t address = 0;
    kernel::ThreadId first = kernel::no_thread;  // to store, in the first execution
    bool met = false;
    bool shared = false;  // several threads stored
    bool read = false;
    bool assumed = false;
  };
  Known& meet(const kernel::Operation& op);
  void drop(std::uintptr_t address);

  UnreadAssumption assumed_;
  kernel::Vector<Known> known_;            // by location
  kernel::Vector<std::uintptr_t> looked_;  // at, in the first execution
};

}  // namespace heddle::explore
