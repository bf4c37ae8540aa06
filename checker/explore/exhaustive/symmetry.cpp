#include "checker/explore/exhaustive/symmetry.hpp"

namespace heddle::explore::symmetry {

using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::initial_stamp;
using kernel::LocationId;
using kernel::no_stamp;
using kernel::Stamp;
using kernel::ThreadId;

bool must_wait(const Graph& g, ThreadId t) {
  if (!g.has_leader(t) || g.thread(t).first != no_stamp) return false;
  const Stamp first = g.first_of_leader(t);
  return first == no_stamp || g[first].unsatisfied;
}

bool orders_next(const Graph& g, ThreadId t, EventKind kind, LocationId location) {
  if (!g.has_leader(t) || g.thread(t).first != no_stamp) return false;
  const Stamp first = g.first_of_leader(t);
  return first == no_stamp || (g[first].kind == kind && g[first].location == location);
}

bool may_read(const Graph& g, ThreadId t, Stamp store) {
  if (must_wait(g, t)) return false;
  const Event& leader = g[g.first_of_leader(t)];
  if (leader.rmw && leader.source == store) return false;  // nothing can take it from the leader
  if (g.mo_index_of(leader.source) <= g.mo_index_of(store)) return true;
  return store != initial_stamp && Graph::in_past(leader, g[store].thread, g.clocks()[g[store].porf]);
}

std::uint32_t least_place(const Graph& g, ThreadId t) { return g[g.first_of_leader(t)].mo_index; }

bool keeps_leader(const Graph& g, Stamp read, const Event& w) {
  const Stamp first = g.first_of_leader(g[read].thread);
  if (first == no_stamp || g[first].unsatisfied) return false;
  return first < read || Graph::in_past(g[first], w.thread, g.clocks()[w.porf]);
}

bool may_read_new(const Graph& g, ThreadId t, const Event& w, std::uint32_t place) {
  const Event& leader = g[g.first_of_leader(t)];
  if (leader.kind != EventKind::read || leader.location != w.location) return true;
  return g.mo_index_of(leader.source) <= place || Graph::in_past(leader, w.thread, g.clocks()[w.porf]);
}

bool may_be_last(const Graph& g, const Arrival& last, std::span<const Arrival> arrivals) {
  for (const Arrival& a : arrivals) {
    if (must_wait(g, a.thread) && g.thread(a.thread).leader == last.thread) return false;
  }
  return true;
}

}  // namespace heddle::explore::symmetry
