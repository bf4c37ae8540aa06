// Barriers: threads come together before any of them arrives, and then arrive in one order instead of all.
//
// A thread that has arrived at a barrier does nothing until the phase is complete, and every arrival acquires
// and releases: whatever their order, all threads go on knowing the same. Only the last arrival can be told
// from the others, by its result. So a thread about to arrive is held until all parties are at the barrier;
// then all arrivals of the phase are added to the graph as one piece, in order of threads, once for each
// thread that may be last and would notice, and once for all that would not (Operation::last_matters).
//
// Why nothing is lost and nothing explored twice:
// - *Fixed parties.* If no more threads are at the barrier than it is for, and all come after its phase
// before
//   (it happens before they arrive), who meets is not a choice. Arrivals in another order are the same
//   execution but for what was said above: happens-before, and with it coherence, races and psc, is the same
//   outside the phase, and each thread does the same after it.
// - *One piece.* Nothing after an arrival is in the graph before the whole phase is. So what a store's past
//   or a position in the array keeps of a phase is all or nothing. No store revisits an arrival, and an
//   arrival revisits nothing: the reads that could read it wait, or are later arrivals. A phase is therefore
//   an event of several threads whose one choice is who is last; as for any choice, it was added maximally if
//   the first alternative was taken (Event::reordered).
// - *Incomplete phases.* Whoever is held when nothing else can move waits for ever, as it would have arrived.
//
// If a thread turns out to be one too many, not to come after the phase before, or to destroy the barrier
// while somebody might be at it, the search begins anew with all orders. It is found out: of an execution
// with such a thread, the part up to there is explored, and however that goes on the thread is one too many
// or too early. Compare: Kokologiannakis, Vafeiadis, "BAM: Efficient Model Checking for Barriers", NETYS
// 2021, which adds barriers to graphs as events of their own and assumes fixed parties.
#pragma once

#include <span>

#include "checker/kernel/graph.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore {

struct Arrival {
  kernel::ThreadId thread;
  const kernel::Operation* operation;
};

// Whether the latest store to the operation's location is in the past of thread t.
bool knows_latest(const kernel::Graph& g, kernel::ThreadId t, const kernel::Operation& op);

// The threads held at barriers.
class Gathering {
 public:
  enum class State : std::uint8_t {
    incomplete,
    complete,    // `gathered` may arrive
    unsuitable,  // this barrier's arrivals have to be ordered
  };

  bool empty() const { return held_.empty(); }
  void clear() { held_.clear(); }
  void hold(kernel::ThreadId t, const kernel::Operation& op);
  void release(kernel::ThreadId t);
  bool holds(kernel::ThreadId t) const;

  State look(const kernel::Graph& g);
  // In order of threads, after `complete`.
  std::span<const Arrival> gathered() const { return {gathered_.data(), gathered_.size()}; }
  // When nothing can move: a thread interchangeable with a held one waits for it to go first, elsewhere.
  bool keeps_waiting(const kernel::Graph& g, kernel::ThreadId t) const;

 private:
  const Arrival* find(kernel::ThreadId t) const;
  State look_at(const kernel::Graph& g, const kernel::Operation& op);

  kernel::Vector<Arrival> held_;  // in order of threads
  kernel::Vector<Arrival> gathered_;
};

}  // namespace heddle::explore
