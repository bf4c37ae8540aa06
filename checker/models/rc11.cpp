#include "checker/models/rc11.hpp"

#include <bit>

namespace heddle::models {

using kernel::Event;
using kernel::EventIndex;
using kernel::EventKind;
using kernel::Graph;
using kernel::no_stamp;
using kernel::Stamp;

namespace {

// The place in mo an access stands at: its own for a write, its source's for a read.
std::uint32_t mo_place(const Graph& g, const Event& e) {
  return e.kind == EventKind::write ? e.mo_index : g.mo_index_of(e.source);
}

bool is_fence(const Event& e) { return e.kind == EventKind::fence; }

// Calls visit(e) for the newest access to the location by each thread that the clock (of thread `t`)
// includes.
template <class Visit>
void newest_known(const Graph& g, const Graph::Location& x, const EventIndex* clock, kernel::ThreadId t,
                  EventIndex own, Visit&& visit) {
  for (const Graph::Head& head : x.heads) {
    const EventIndex known = head.thread == t ? own : clock[head.thread];
    Stamp s = head.stamp;
    while (s != no_stamp && g[s].index > known) s = g[s].same_location_previous;
    if (s != no_stamp) visit(g[s]);
  }
}

}  // namespace

void Rc11::collect(const Graph& g) {
  nodes_.clear();
  for (Stamp s = 0; s < g.size(); ++s) {
    const Event& e = g[s];
    if (e.kind == EventKind::choice || e.kind == EventKind::spawn || !is_seq_cst(e.order)) continue;
    Node node{s, no_stamp, no_stamp};
    if (!is_fence(e)) {
      Stamp p = e.po_previous;
      while (p != no_stamp && g[p].is_access() && g[p].location == e.location) p = g[p].po_previous;
      node.other_before = p;
    }
    nodes_.push_back(node);
  }
  // First po-later event elsewhere: walk each thread backwards from its end.
  for (Node& node : nodes_) {
    const Event& e = g[node.stamp];
    if (is_fence(e)) continue;
    for (Stamp p = g.thread(e.thread).last; p != no_stamp && p > node.stamp; p = g[p].po_previous) {
      if (!g[p].is_access() || g[p].location != e.location) node.other_after = p;
    }
  }
}

bool Rc11::access_to_access(const Graph& g, const Node& an, const Node& bn) const {
  const Event& a = g[an.stamp];
  const Event& b = g[bn.stamp];
  if (a.location == b.location) {
    const bool ordered = !g.location(a.location).unordered;
    if (ordered && b.kind == EventKind::write && mo_place(g, a) < b.mo_index) return true;  // mo, fr
    if (g.happens_before(a, b)) return true;                                                // hb|loc
  }
  return an.other_after != no_stamp && bn.other_before != no_stamp &&
         g.happens_before(g[an.other_after], g[bn.other_before]);
}

bool Rc11::fence_to_access(const Graph& g, const Event& fence, const Event& b) const {
  // [F] ; hb? ; po: the fence is in b's past even without what b itself reads.
  if (b.po_previous != no_stamp) {
    const Event& before = g[b.po_previous];
    if (before.index == fence.index && before.thread == fence.thread) return true;
    if (g.happens_before(fence, before)) return true;
  } else if (g.thread(b.thread).spawned_by != no_stamp) {
    const Event& spawn = g[g.thread(b.thread).spawned_by];
    if (g.happens_before(fence, spawn)) return true;
  }
  const Graph::Location& x = g.location(b.location);
  bool found = false;
  // [F] ; hb ; hb|loc through an access that b learns of by what it reads.
  newest_known(g, x, g.clocks()[b.hb], b.thread, b.index - 1, [&](const Event& e) {
    found = found || (e.thread != b.thread && g.happens_before(fence, e));
  });
  if (found || b.kind != EventKind::write || x.unordered) return found;
  // [F] ; hb ; (mo ∪ fr): some access behind the fence stands before b in mo.
  for (const Graph::Head& head : x.heads) {
    for (Stamp s = head.stamp; s != no_stamp; s = g[s].same_location_previous) {
      if (!g.happens_before(fence, g[s])) break;
      if (mo_place(g, g[s]) < b.mo_index) return true;
    }
  }
  return false;
}

bool Rc11::access_to_fence(const Graph& g, const Event& a, const Event& fence) const {
  const EventIndex* clock = g.clocks()[fence.hb];
  // po ; hb? ; [F]: an event behind a is in the fence's past.
  if (a.thread == fence.thread ? a.index < fence.index : a.index < clock[a.thread]) return true;
  bool found = false;
  const std::uint32_t place = mo_place(g, a);
  const Graph::Location& x = g.location(a.location);
  newest_known(g, x, clock, fence.thread, fence.index - 1, [&](const Event& e) {
    if (g.happens_before(a, e)) found = true;  // hb|loc ; hb
    if (x.unordered) return;
    for (Stamp s = no_stamp;;) {  // (mo ∪ fr) ; hb: the thread's newest known store behind a in mo
      if (e.kind == EventKind::write) {
        found = found || e.mo_index > place;
        break;
      }
      s = e.same_location_previous;
      while (s != no_stamp && g[s].kind != EventKind::write) s = g[s].same_location_previous;
      found = found || (s != no_stamp && g[s].mo_index > place);
      break;
    }
  });
  return found;
}

bool Rc11::fence_to_fence(const Graph& g, const Event& a, const Event& b) const {
  if (g.happens_before(a, b)) return true;
  const EventIndex* clock = g.clocks()[b.hb];
  for (const auto id : g.touched()) {
    const Graph::Location& x = g.location(id);
    if (x.unordered) continue;
    constexpr std::int64_t never = std::int64_t{1} << 40;
    std::int64_t from_write = never;  // least place behind fence a
    std::int64_t from_read = never;
    for (const Graph::Head& head : x.heads) {
      for (Stamp s = head.stamp; s != no_stamp && g.happens_before(a, g[s]);
           s = g[s].same_location_previous) {
        std::int64_t& least = g[s].kind == EventKind::write ? from_write : from_read;
        least = std::min(least, static_cast<std::int64_t>(mo_place(g, g[s])));
      }
    }
    if (from_write == never && from_read == never) continue;
    std::int64_t to_write = -1;  // greatest place before fence b
    std::int64_t to_read = -1;
    newest_known(g, x, clock, b.thread, b.index - 1, [&](const Event& newest) {
      bool write_seen = false;
      bool read_seen = false;
      for (const Event* e = &newest;; e = &g[e->same_location_previous]) {
        const auto place = static_cast<std::int64_t>(mo_place(g, *e));
        if (e->kind == EventKind::write) {
          if (!write_seen) to_write = std::max(to_write, place);
          write_seen = true;
        } else {
          if (!read_seen) to_read = std::max(to_read, place);
          read_seen = true;
        }
        if ((write_seen && read_seen) || e->same_location_previous == no_stamp) break;
      }
    });
    if (from_write < to_write || from_write <= to_read || from_read < to_write || from_read < to_read)
      return true;
  }
  return false;
}

bool Rc11::edge(const Graph& g, const Node& an, const Node& bn) const {
  const Event& a = g[an.stamp];
  const Event& b = g[bn.stamp];
  if (a.thread == b.thread) return a.index < b.index;
  if (is_fence(a)) return is_fence(b) ? fence_to_fence(g, a, b) : fence_to_access(g, a, b);
  return is_fence(b) ? access_to_fence(g, a, b) : access_to_access(g, an, bn);
}

bool Rc11::concerns(const Graph& g, Stamp first) const {
  if (g.seq_cst_count() < 2) return false;
  if (g.seq_cst_fences() != 0) return true;
  for (Stamp s = first; s < g.size(); ++s) {
    if (g[s].is_access() && is_seq_cst(g[s].order)) return true;
  }
  return false;
}

// Two fences are compared by looking at every location and at what their threads did there.
bool Rc11::affordable(const Graph& g) const {
  constexpr std::uint64_t events_max = 200;
  constexpr std::uint64_t steps_max = 1'000'000;  // about 2 ms
  const std::uint64_t fences = g.seq_cst_fences();
  return g.seq_cst_count() <= events_max &&
         fences * fences * (g.touched().size() + g.size() / 16) <= steps_max;
}

bool Rc11::consistent(const Graph& g) {
  if (g.seq_cst_count() < 2) return true;
  collect(g);
  const std::size_t k = nodes_.size();
  const std::size_t words = (k + 63) / 64;
  rows_.assign(k * words, 0);
  incoming_.assign(k, 0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      if (i == j || !edge(g, nodes_[i], nodes_[j])) continue;
      rows_[i * words + j / 64] |= std::uint64_t{1} << (j % 64);
      ++incoming_[j];
    }
  }
  ready_.clear();
  for (std::size_t i = 0; i < k; ++i) {
    if (incoming_[i] == 0) ready_.push_back(static_cast<std::uint32_t>(i));
  }
  std::size_t placed = 0;
  while (!ready_.empty()) {
    const std::size_t i = ready_.back();
    ready_.pop_back();
    ++placed;
    for (std::size_t w = 0; w < words; ++w) {
      for (std::uint64_t bits = rows_[i * words + w]; bits != 0; bits &= bits - 1) {
        const std::size_t j = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        if (--incoming_[j] == 0) ready_.push_back(static_cast<std::uint32_t>(j));
      }
    }
  }
  return placed == k;
}

}  // namespace heddle::models
