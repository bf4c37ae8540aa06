// Threads that spin, in the exhaustive search: a round that only read the latest values is taken back, and
// the thread waits for a store to one of the locations it read, as an await would. So a read that a loop
// rejects is not in the graph for later stores to revisit, unless nothing else is left to happen.
//
// Why no execution is lost. A round read, changed nothing and ends where it began.
// - *Taken back*: the search may extend a graph in any order, and the order in which the spinning thread is
//   last is one of them. Its round was the newest part of the graph, with all it made possible.
// - *Stale*: a round whose newest read was not given the latest value when it was added is dropped with all
//   that would follow. Such a read is not maximal, so no later store may revisit it, nor an earlier read of
//   the round, which would delete it: the thread goes round in every execution that follows. What the other
//   threads do there they also do where this thread has not read yet. A read that a store has revisited is
//   not dropped: a later one may still. Nor is a round with a stale read before others, which may change.
// - *Rejected values*: the thread is where it was when it read the value and went round; reading it again
//   would be a stale round.
//
// Race detection. Only rounds that touched no plain memory are treated so (Operation::touched). The mark that
// a read leaves says after how many of its thread's events it took place; if the round is taken back, the
// thread has done fewer. It does the reads before the first that changes again, and then at least one event
// before anybody can know of its being there: the marks of a read and of one right after it stay true, those
// of later reads would not.
#pragma once

#include <cstdint>
#include <span>

#include "checker/kernel/graph.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore {

enum class Round : std::uint8_t {
  kept,      // writes, was revisited, was there when the run began, or is mixed with what others did
  stale,     // cannot lead anywhere
  undoable,  // the newest events of the graph, and only reads of latest values, at most two
};

// What the events of a thread after index `begin`, up to its newest event `last`, are. `run`: where what this
// run added begins.
Round round_of(const kernel::Graph& g, kernel::Stamp last, kernel::EventIndex begin, kernel::Stamp run);

// One thread's.
struct Spin {
  struct Watched {
    kernel::LocationId location;
    std::size_t stores;
  };
  kernel::Vector<Watched> watched;         // what the round that was taken back read
  kernel::Vector<kernel::Value> rejected;  // by the load at `pc`, read after `index` events of the thread
  kernel::EventIndex index = 0;
  std::uintptr_t pc = 0;
  kernel::Stamp undone = kernel::no_stamp;  // where the round began
  bool parked = false;
  bool in_earnest = false;  // goes round to stay there

  void reset() {
    rejected.clear();
    parked = in_earnest = false;
  }

  // Before the round after `begin` is taken back: remembers what it waits for. Returns the thread's event
  // before the round.
  kernel::Stamp park(const kernel::Graph& g, kernel::Stamp last, kernel::EventIndex begin,
                     const kernel::Operation& op);

  // The same without the round: the thread, having done `now` events, would read the latest value and come
  // back.
  void park_before(const kernel::Graph& g, kernel::EventIndex now, const kernel::Operation& op);

  // A store the thread has not seen was made to a location the round read.
  bool may_go_on(const kernel::Graph& g) const {
    for (const Watched& w : watched) {
      if (g.knows(w.location) && g.location(w.location).mo.size() != w.stores) return true;
    }
    return false;
  }

  std::span<const kernel::Value> rejected_at(kernel::EventIndex now, const kernel::Operation& op) const {
    if (rejected.empty() || now != index || op.site.pc != pc) return {};
    return {rejected.data(), rejected.size()};
  }

 private:
  void wait_at(kernel::EventIndex now, const kernel::Operation& op);
  void reject(kernel::Value value);
};

}  // namespace heddle::explore
