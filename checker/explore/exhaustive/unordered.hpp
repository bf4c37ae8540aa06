// Which locations the search assumes something of that makes the order of their stores (mo) meaningless: that
// nobody reads them (unread.hpp), or that all that is done to them commutes (commuting.hpp).
//
// Those that several threads stored to and none read in the first execution, or several threads counted in:
// if there are any, the search begins anew with them assumed. When an execution does otherwise, it begins
// anew without the location. Some execution does, if any: the part of it before the first event that is
// against an assumption is like those explored, and there a thread is about to do it. So what is left in the
// end is a property of the program, and all who search it agree. After a few such surprises nothing of the
// sort is assumed any more, for each costs what was explored before it.
//
// A graph is then as good as one that the model allows, but read in the order of the array it may not be one
// itself. If the replay of a finding's schedule does not show it, the search begins anew without assumptions
// (Explorer::keep_rounds).
#pragma once

#include "checker/kernel/graph.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore {

// Objects are known by their addresses: locations are numbered as a process meets them.
struct Assumed {
  kernel::Vector<std::uintptr_t> addresses;
  std::uint32_t surprises = 0;
};

// What all parts of a search must agree on.
struct UnorderedGround {
  Assumed unread;
  Assumed commuting;
  bool settled = false;  // false: the first execution is still to choose
};

class UnorderedLocations {
 public:
  UnorderedLocations(bool unread, bool commuting) : may_be_unread_(unread), may_commute_(commuting) {}

  // Whether arrive() has anything to do.
  bool idle() const { return ground_.settled && !any(); }
  bool any() const { return !ground_.unread.addresses.empty() || !ground_.commuting.addresses.empty(); }
  // Thread t is about to do the operation, sooner or later. False: what was assumed is wrong, and not assumed
  // from now on; the search has to begin anew.
  bool arrive(kernel::ThreadId t, const kernel::Operation& op);
  // Something other than an operation reads the object at this address. The answer is the same.
  bool look(std::uintptr_t address);
  // The operation is to be added to the graph now. The answer is the same.
  bool add(const kernel::Graph& g, kernel::ThreadId t, const kernel::Operation& op);
  // A thread comes back to a state it was in after an operation on this location.
  bool go_round(kernel::LocationId x);

  bool is_unread(kernel::LocationId x) const { return x < known_.size() && known_[x].unread; }
  bool commutes(const kernel::Operation& op) const {
    return op.commutes != kernel::Commutes::no && op.location < known_.size() &&
           known_[op.location].commuting;
  }

  // Forgets what operations have been seen.
  void forget();
  // The first execution has ended: chooses the locations. True: there are some, the search has to begin anew.
  bool settle();
  const UnorderedGround& ground() const { return ground_; }
  void assume(const UnorderedGround& ground);
  void assume_nothing();

 private:
  struct Known {
    std::uintptr_t address = 0;
    kernel::ThreadId storer = kernel::no_thread;  // the last, in the first execution
    kernel::ThreadId counter = kernel::no_thread;
    bool met = false;
    bool stored_by_several = false;
    bool counted_by_several = false;
    bool read = false;
    bool unread = false;  // is assumed
    bool commuting = false;
  };
  Known& meet(const kernel::Operation& op);
  void learn(Known& known, kernel::ThreadId t, const kernel::Operation& op);
  void drop(Assumed& assumed, std::uintptr_t address);

  UnorderedGround ground_;
  bool may_be_unread_;
  bool may_commute_;
  bool fences_ = false;                    // in the first execution, that rule out commuting
  kernel::Vector<Known> known_;            // by location
  kernel::Vector<std::uintptr_t> looked_;  // at, in the first execution
};

}  // namespace heddle::explore
