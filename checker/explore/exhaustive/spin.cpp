#include "checker/explore/exhaustive/spin.hpp"

#include <algorithm>

namespace heddle::explore {

using kernel::Event;
using kernel::EventIndex;
using kernel::EventKind;
using kernel::Graph;
using kernel::no_stamp;
using kernel::Stamp;

namespace {

// Whether a store was already there, mo-after the one it reads, when the read was added.
bool was_stale(const Graph& g, Stamp read) {
  const Event& e = g[read];
  const Graph::Location& x = g.location(e.location);
  for (std::size_t i = g.mo_index_of(e.source) + 1; i < x.mo.size(); ++i) {
    if (x.mo[i] < read) return true;
  }
  return false;
}

}  // namespace

Round round_of(const Graph& g, Stamp last, EventIndex begin, Stamp run) {
  bool undoable = true;
  Stamp newest_read = no_stamp;
  EventIndex oldest_read_index = 0;
  Stamp expected = g.size() - 1;
  for (Stamp s = last; s != no_stamp && g[s].index > begin; s = g[s].po_previous) {
    const Event& e = g[s];
    undoable = undoable && s == expected-- && s >= run;
    if (e.kind == EventKind::read && !e.rmw) {
      if (newest_read == no_stamp) newest_read = s;
      oldest_read_index = e.index;
      undoable = undoable && !e.revisited && !was_stale(g, s);
    } else if (e.kind != EventKind::fence && (e.kind != EventKind::choice || e.operand > 1)) {
      return Round::kept;
    }
  }
  if (newest_read != no_stamp && !g[newest_read].revisited && was_stale(g, newest_read)) return Round::stale;
  const bool told_apart = newest_read != no_stamp && g[newest_read].index > oldest_read_index + 1;
  return undoable && !told_apart ? Round::undoable : Round::kept;
}

void Spin::wait_at(EventIndex now, const kernel::Operation& op) {
  if (index != now || pc != op.site.pc) rejected.clear();
  index = now;
  pc = op.site.pc;
  watched.clear();
  parked = true;
}

void Spin::reject(kernel::Value value) {
  if (std::ranges::find(rejected, value) == rejected.end()) rejected.push_back(value);
}

void Spin::park_before(const Graph& g, EventIndex now, const kernel::Operation& op) {
  wait_at(now, op);
  watched.push_back({op.location, g.knows(op.location) ? g.location(op.location).mo.size() : 0});
  reject(g.latest_value(op.location, op.initial));
}

Stamp Spin::park(const Graph& g, Stamp last, EventIndex begin, const kernel::Operation& op) {
  wait_at(begin, op);
  std::size_t reads = 0;
  kernel::Value value = 0;
  Stamp s = last;
  for (; s != no_stamp && g[s].index > begin; s = g[s].po_previous) {
    undone = s;
    if (g[s].kind != EventKind::read) continue;
    watched.push_back({g[s].location, g.location(g[s].location).mo.size()});
    value = g[s].value;
    ++reads;
  }
  if (reads == 1) reject(value);
  return s;
}

}  // namespace heddle::explore
