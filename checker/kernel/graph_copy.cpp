// Copies of parts of a graph: what a revisit keeps, and what a long random execution remembers.
#include <algorithm>
#include <numeric>
#include <utility>

#include "checker/kernel/graph.hpp"

namespace heddle::kernel {
namespace {
constexpr ClockRef unmapped = ~ClockRef{0};
}  // namespace

ClockRef Graph::map_clock(const Graph& from, ClockRef c) {
  if (clock_map_[c] == unmapped) clock_map_[c] = clocks_.import(from.clocks_, c);
  return clock_map_[c];
}

// The first events and their clocks stay as they are, numbers included: what they refer to was made before.
void Graph::begin_copy(const Graph& from, Stamp all, Stamp end) {
  reset(from.clocks_.stride());
  const ClockRef clocks = all < from.size() ? from.events_[all].clock_mark : from.clocks_.mark();
  clocks_.import_first(from.clocks_, clocks);
  clock_map_.resize(from.clocks_.mark());
  std::iota(clock_map_.begin(), clock_map_.begin() + clocks, zero_clock);
  std::fill(clock_map_.begin() + clocks, clock_map_.end(), unmapped);
  map_.resize(end);
  std::iota(map_.begin(), map_.begin() + all, Stamp{0});
  std::fill(map_.begin() + all, map_.end(), no_stamp);
  events_.assign(from.events_.begin(), from.events_.begin() + all);
  for (Stamp s = 0; s < all; ++s) {
    Event& e = events_[s];
    Thread& thread = threads_[e.thread];
    if (thread.last == no_stamp) thread.first = s;
    thread.last = s;
    if (e.is_access()) {
      touch(e.location, from.locations_[e.location].initial);
      link_access(e, s);
    } else if (e.kind == EventKind::spawn) {
      add_child(e, s);
    }
    count(e, 1);
  }
}

void Graph::copy_event(const Graph& from, Stamp s) {
  const Event& original = from.events_[s];
  const Stamp stamp = size();
  map_[s] = stamp;
  events_.push_back(original);
  Event& e = events_.back();
  e.clock_mark = clocks_.mark();
  if (e.thread >= threads_.size()) threads_.resize(std::size_t{e.thread} + 1);  // compact forgets spawns
  Thread& thread = threads_[e.thread];
  e.po_previous = thread.last;
  if (thread.last == no_stamp) thread.first = stamp;
  thread.last = stamp;
  e.hb = map_clock(from, e.hb);
  e.pending = map_clock(from, e.pending);
  e.fence = map_clock(from, e.fence);
  e.porf = map_clock(from, e.porf);
  if (e.is_access()) {
    if (e.kind == EventKind::read) {
      if (e.source != initial_stamp) {
        e.source = map_[e.source] != no_stamp ? map_[e.source] : initial_stamp;
      }
    } else {
      e.sync = map_clock(from, e.sync);
    }
    touch(e.location, from.locations_[e.location].initial);
    link_access(e, stamp);
  } else if (e.kind == EventKind::spawn) {
    add_child(e, stamp);
  }
  count(e, 1);
}

void Graph::copy_mo(const Graph& from) {
  for (LocationId id : touched_) {
    Location& x = locations_[id];
    const Location& original = from.locations_[id];
    x.unordered = original.unordered;
    for (std::size_t i = 1; i < original.mo.size(); ++i) {
      const Stamp s = original.mo[i];
      if (s >= map_.size() || map_[s] == no_stamp) continue;
      events_[map_[s]].mo_index = static_cast<std::uint32_t>(x.mo.size());
      if (events_[map_[s]].commutes != Commutes::no) link_commuting(map_[s] - 1, map_[s], x.mo.back(), x);
      x.mo.push_back(map_[s]);
    }
    Stamp earliest_after = no_stamp;
    for (std::size_t i = x.mo.size(); i-- > 1;) {
      events_[x.mo[i]].newest = x.mo[i] < earliest_after;
      earliest_after = std::min(earliest_after, x.mo[i]);
    }
  }
}

void Graph::compact(Stamp keep, Graph& scratch) {
  if (size() <= keep) return;
  Stamp first = size() - keep;
  if (events_[first].kind == EventKind::write && events_[first].rmw) ++first;
  // The floor of a location: the newest place in mo that forgotten events knew of.
  for (LocationId id : touched_) {
    Location& x = locations_[id];
    for (const Head& head : x.heads) {
      Stamp s = head.stamp;
      while (s != no_stamp && s >= first) s = events_[s].same_location_previous;
      if (s == no_stamp) continue;
      const Event& e = events_[s];
      x.floor = std::max(x.floor, e.kind == EventKind::write ? e.mo_index : mo_index_of(e.source));
    }
  }
  scratch.copy_from(*this, 0, size(), [&](Stamp s) {
    if (s >= first) return true;
    const Event& e = events_[s];
    if (threads_[e.thread].last == s) return true;
    if (e.kind == EventKind::spawn) {
      const Thread& child = threads_[static_cast<ThreadId>(e.value)];
      return child.last == no_stamp || child.last < first;
    }
    return e.kind == EventKind::write && locations_[e.location].floor == e.mo_index;
  });
  // Threads stay known even when their spawn was forgotten.
  if (scratch.threads_.size() < threads_.size()) scratch.threads_.resize(threads_.size());
  for (ThreadId t = 0; t < threads_.size(); ++t) scratch.threads_[t].exists = threads_[t].exists;
  for (LocationId id : scratch.touched_) {
    const Location& before = locations_[id];
    const Stamp base_store = before.mo[before.floor];
    scratch.locations_[id].floor =
        base_store == initial_stamp ? 0 : scratch.events_[scratch.map_[base_store]].mo_index;
  }
  std::swap(*this, scratch);
  compacted_ = true;
}

}  // namespace heddle::kernel
