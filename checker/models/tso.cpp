#include "checker/models/tso.hpp"

namespace heddle::models {

using kernel::Commutes;
using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::initial_stamp;
using kernel::no_stamp;
using kernel::Stamp;

namespace {

// The thread waits until all its earlier stores have reached memory. Thread creation counts as such: it goes
// through the kernel.
bool drains(const Event& e) {
  switch (e.kind) {
    case EventKind::read:
      return e.update != nullptr;
    case EventKind::write:
      return e.rmw || is_seq_cst(e.order);
    case EventKind::fence:
      return is_seq_cst(e.order);
    case EventKind::spawn:
      return true;
    case EventKind::choice:
      return false;
  }
  return false;
}

}  // namespace

// A store placed last in mo and a read of the latest store only get edges to themselves. Of the rest, a stale
// read or an early store matters if some thread has accessed two locations: with one, coherence is enough.
bool Tso::concerns(const Graph& g, Stamp) const { return g.touched().size() > 1; }

// Moves the thread past its next event, if everything that ghb puts before the event is placed. Stores go
// into the store buffer.
bool Tso::issue(const Graph& g, Thread& thread) {
  const Stamp s = thread.issue;
  if (s == no_stamp) return false;
  const Event& e = g[s];
  if (e.po_previous == no_stamp) {
    const Stamp spawn = g.thread(e.thread).spawned_by;
    if (spawn != no_stamp && placed_[spawn] == 0) return false;
  }
  if (drains(e) && thread.flush != s) return false;
  if (e.kind == EventKind::read && e.commutes == Commutes::no) {
    if (e.source != initial_stamp && g[e.source].thread != e.thread && placed_[e.source] == 0) return false;
    --(e.source == initial_stamp ? unread_initial_[location_slot_[e.location]] : unread_[e.source]);
  }
  if (e.kind == EventKind::write && drains(e)) {
    thread.issue = next_[s];
    if (flush(g, thread)) return true;
    thread.issue = s;
    return false;
  }
  thread.issue = next_[s];
  if (e.kind != EventKind::write) {
    placed_[s] = 1;
    if (thread.flush == s) thread.flush = thread.issue;
  }
  return true;
}

// Moves the thread's oldest buffered store to memory, if mo and fr allow.
bool Tso::flush(const Graph& g, Thread& thread) {
  if (thread.flush == thread.issue) return false;
  const Stamp s = thread.flush;
  const Event& e = g[s];
  const Graph::Location& x = g.location(e.location);
  const Stamp before = x.mo[e.mo_index - 1];
  if (x.unordered) {
    // No store has to come before another.
  } else if (before == initial_stamp) {
    if (unread_initial_[location_slot_[e.location]] != 0) return false;
  } else if (placed_[before] == 0 || unread_[before] != 0) {
    return false;
  }
  placed_[s] = 1;
  do {
    thread.flush = next_[thread.flush];
  } while (thread.flush != thread.issue && g[thread.flush].kind != EventKind::write);
  return true;
}

// Builds an order of the events that contains ghb greedily. Since ghb is fixed, greed never errs; what
// remains when nothing can be placed contains a cycle.
bool Tso::consistent(const Graph& g) {
  const Stamp n = g.size();
  unread_.assign(n, 0);
  placed_.assign(n, 0);
  next_.assign(n, no_stamp);
  threads_.assign(g.threads_end(), Thread{});
  unread_initial_.assign(g.touched().size(), 0);
  for (std::uint32_t i = 0; i < g.touched().size(); ++i) {
    const auto id = g.touched()[i];
    if (id >= location_slot_.size()) location_slot_.resize(id + 1);
    location_slot_[id] = i;
  }
  for (Stamp s = 0; s < n; ++s) {
    const Event& e = g[s];
    if (e.po_previous == no_stamp) {
      threads_[e.thread] = {s, s};
    } else {
      next_[e.po_previous] = s;
    }
    if (e.kind == EventKind::read && e.commutes == Commutes::no) {
      ++(e.source == initial_stamp ? unread_initial_[location_slot_[e.location]] : unread_[e.source]);
    }
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (Thread& thread : threads_) {
      while (issue(g, thread) || flush(g, thread)) moved = true;
    }
  }
  for (const Thread& thread : threads_) {
    if (thread.issue != no_stamp || thread.flush != no_stamp) return false;
  }
  return true;
}

}  // namespace heddle::models
