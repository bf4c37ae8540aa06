#include "checker/explore/exhaustive/commuting.hpp"

namespace heddle::explore::commuting {

using kernel::Commutes;
using kernel::EventIndex;
using kernel::Graph;
using kernel::no_stamp;
using kernel::Stamp;

bool is_ordered(const Graph& g, kernel::ThreadId t, const kernel::Operation& op) {
  if (!g.knows(op.location)) return true;
  const EventIndex* const clock = g.clocks()[g.hb(t)];
  for (const Graph::Head& head : g.location(op.location).heads) {
    if (head.thread == t) continue;
    for (Stamp s = head.stamp; s != no_stamp && g[s].index > clock[head.thread];
         s = g[s].same_location_previous) {
      if (op.commutes == Commutes::no || g[s].commutes != op.commutes) return false;
    }
  }
  return true;
}

bool is_acquired(const Graph& g, kernel::ThreadId t, kernel::LocationId x) {
  for (const Graph::Head& head : g.location(x).heads) {
    if (head.thread != t) continue;
    for (Stamp s = head.stamp; s != no_stamp; s = g[s].same_location_previous) {
      if (g[s].commutes != Commutes::no) return true;
    }
  }
  return false;
}

}  // namespace heddle::explore::commuting
