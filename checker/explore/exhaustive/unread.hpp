// Locations that nobody reads: the order of their stores (mo) is left open instead of being a choice. Of a
// program that is so only if nothing looks at them unseen, which its user has to say
// (Options::unread_stores).
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
#pragma once

#include "checker/kernel/operation.hpp"

namespace heddle::explore::unread {

inline bool is_store(const kernel::Operation& op) { return op.kind == kernel::OperationKind::store; }
// Whether the operation shows somebody what the location holds.
inline bool is_read(const kernel::Operation& op) {
  return op.kind == kernel::OperationKind::load || op.kind == kernel::OperationKind::rmw || op.observed;
}

}  // namespace heddle::explore::unread
