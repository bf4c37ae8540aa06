// Counters: rmws whose result nobody uses, which all do the same to a location (add, or, and, xor), are
// explored in one order instead of all.
//
// The search assumes of some locations that any two operations on them, of whatever sort, are ordered by
// happens-before, unless both are such rmws of one sort; that no fence of a thread acquires what such a rmw
// of the thread's read; and that there are no SC fences. Typical: threads count, and whoever has joined them
// reads the sum. Such a rmw has no source then: it is added in one way, it revisits nothing and nothing
// revisits it, and its read is no part of rf, nor of porf. In the array it reads what stands before it
// (Event::commutes), which is how the program's memory comes to hold the sum.
//
// Why nothing is lost and nothing explored twice:
// - *Values.* Who uses a value of the location is ordered with all that is done to it, so it reads the sum of
//   what happens before it, whatever the order. Its source is the last of these in the array. What a revisit
//   keeps of a reader's past is all of it.
// - *Happens-before.* The rmws acquire nothing, and no fence does it for them. A reader that acquires learns
//   what it knew.
// - *Consistency.* A graph counts as consistent if some order of the rmws makes it so. In sc and tso: read it
//   off a total order of all events, as for stores (unread.hpp). In rc11 psc has SC accesses, which are
//   ordered with all others on the location, and SC fences, of which there are none; so that the order of the
//   array, which makes no circle with po and rf, is as good as any. SC fences may ask for an order that does.
// - *TruSt.* What the assumption says of an execution it says of its porf-closed parts, and a rmw can always
//   be added.
//
// An operation that is not ordered with another it does not commute with is found out as data races are: of
// the executions that have one, the part before the first is explored, up to where the second of the two is
// added.
#pragma once

#include "checker/kernel/graph.hpp"
#include "checker/kernel/operation.hpp"

namespace heddle::explore::commuting {

inline bool is_update(const kernel::Operation& op) { return op.commutes != kernel::Commutes::no; }
inline bool forbids(const kernel::Operation& op) {
  return op.kind == kernel::OperationKind::fence && is_seq_cst(op.order);
}
// A fence by thread t learns what such rmws of the thread's read: whether there are any at this location.
bool is_acquired(const kernel::Graph& g, kernel::ThreadId t, kernel::LocationId x);
// Thread t is about to do the operation: whether every earlier one on the location that it does not commute
// with happens before it.
bool is_ordered(const kernel::Graph& g, kernel::ThreadId t, const kernel::Operation& op);

}  // namespace heddle::explore::commuting
