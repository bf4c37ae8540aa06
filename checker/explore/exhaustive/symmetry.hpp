// Symmetry: threads that are interchangeable (Operation::symmetric) explore one order of themselves, not all.
//
// Of the graphs that differ only in which of these threads is which, at least one satisfies, for every two
// neighbours s, t in order of creation:
//   first(s) is in the graph if first(t) is, where first is a thread's first event (an unsatisfied await is
//   not there yet), and first(t) is not in the porf-past of first(s); if both read: s reads from a store
//   mo-before or equal to the one t reads, or first(s) is in the porf-past of what t reads; if both write: s
//   writes mo-before t.
// Proof: order the threads by porf among their firsts, then swap neighbours that porf does not order while
// the second reads (writes) mo-earlier; this ends, since it removes an inversion of mo each time. To the
// search this is part of consistency: an edge first(s) -> first(t) is added to porf (kernel/graph), so the
// condition holds of every porf-closed part of a graph, and an event added maximally keeps it. These two
// properties are all TruSt asks of a consistency predicate, so what satisfies it is explored exactly once.
// One group of threads only: the edges of two groups could form a circle with porf, and then no order would
// satisfy both.
// Compare: Kokologiannakis, Marmanis, Vafeiadis, "SPORE: Combining Symmetry and Partial Order Reduction",
// PLDI 2024, which orders all events of equal prefixes; ours orders first events and needs no change to
// revisits.
#pragma once

#include "checker/explore/exhaustive/gathering.hpp"
#include "checker/kernel/graph.hpp"

namespace heddle::explore::symmetry {

// Thread t has a leader that has not done its first event yet: t may not do its own.
bool must_wait(const kernel::Graph& g, kernel::ThreadId t);
// Event e is the first of a thread with a leader.
inline bool orders(const kernel::Graph& g, const kernel::Event& e) {
  return e.index == 1 && g.has_leader(e.thread);
}

// Thread t is about to do its first event, and what may_read or least_place say of it matters.
bool orders_next(const kernel::Graph& g, kernel::ThreadId t, kernel::EventKind kind,
                 kernel::LocationId location);
// Whether the first event of thread t, a read, may read this store of the graph.
bool may_read(const kernel::Graph& g, kernel::ThreadId t, kernel::Stamp store);
// The least mo index that the first event of thread t, a store, may be placed after.
std::uint32_t least_place(const kernel::Graph& g, kernel::ThreadId t);

// The read at `read`, first of a thread with a leader, is to be revisited by store w (which has its porf):
// whether the leader's first event will be kept,
bool keeps_leader(const kernel::Graph& g, kernel::Stamp read, const kernel::Event& w);
// and whether the read of thread t may then read w standing right behind mo index `place`.
bool may_read_new(const kernel::Graph& g, kernel::ThreadId t, const kernel::Event& w, std::uint32_t place);

// Whether this thread may arrive after all others of `arrivals`: not before a thread that has to come later.
bool may_be_last(const kernel::Graph& g, const Arrival& last, std::span<const Arrival> arrivals);

}  // namespace heddle::explore::symmetry
