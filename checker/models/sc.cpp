#include "checker/models/sc.hpp"

namespace heddle::models {

using kernel::Commutes;
using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::initial_stamp;
using kernel::no_stamp;
using kernel::Stamp;
using kernel::ThreadId;

// Builds a total order greedily: an event can be placed when everything it must follow is placed. Since the
// relation is fixed, greed never errs; what remains when nothing can be placed contains a cycle.
bool SequentialConsistency::consistent(const Graph& g) {
  const Stamp n = g.size();
  unread_.assign(n, 0);
  placed_.assign(n, 0);
  next_.assign(n, no_stamp);
  cursor_.assign(g.threads_end(), no_stamp);
  unread_initial_.assign(g.touched().size(), 0);
  for (std::uint32_t i = 0; i < g.touched().size(); ++i) {
    const auto id = g.touched()[i];
    if (id >= location_slot_.size()) location_slot_.resize(id + 1);
    location_slot_[id] = i;
  }
  for (Stamp s = 0; s < n; ++s) {
    const Event& e = g[s];
    if (e.po_previous == no_stamp) {
      cursor_[e.thread] = s;
    } else {
      next_[e.po_previous] = s;
    }
    if (e.kind == EventKind::read && e.commutes == Commutes::no) {
      ++(e.source == initial_stamp ? unread_initial_[location_slot_[e.location]] : unread_[e.source]);
    }
  }
  const auto can_place = [&](const Event& e) {
    if (e.po_previous == no_stamp) {
      const Stamp spawn = g.thread(e.thread).spawned_by;
      if (spawn != no_stamp && placed_[spawn] == 0) return false;
    }
    if (e.commutes != Commutes::no) return true;
    if (e.kind == EventKind::read) return e.source == initial_stamp || placed_[e.source] != 0;
    if (e.kind != EventKind::write) return true;
    const Graph::Location& x = g.location(e.location);
    if (x.unordered) return true;
    const Stamp before = x.mo[e.mo_index - 1];
    if (before == initial_stamp) return unread_initial_[location_slot_[e.location]] == 0;
    return placed_[before] != 0 && unread_[before] == 0;
  };
  Stamp left = n;
  for (bool moved = true; moved;) {
    moved = false;
    for (ThreadId t = 0; t < cursor_.size(); ++t) {
      while (cursor_[t] != no_stamp && can_place(g[cursor_[t]])) {
        const Stamp s = cursor_[t];
        const Event& e = g[s];
        placed_[s] = 1;
        if (e.kind == EventKind::read && e.commutes == Commutes::no) {
          --(e.source == initial_stamp ? unread_initial_[location_slot_[e.location]] : unread_[e.source]);
        }
        cursor_[t] = next_[s];
        --left;
        moved = true;
      }
    }
  }
  return left == 0;
}

}  // namespace heddle::models
