#include "checker/explore/exhaustive/gathering.hpp"

#include <algorithm>

#include "checker/explore/exhaustive/symmetry.hpp"

namespace heddle::explore {

using kernel::Graph;
using kernel::initial_stamp;
using kernel::Operation;
using kernel::Stamp;
using kernel::ThreadId;

bool knows_latest(const Graph& g, ThreadId t, const Operation& op) {
  if (!g.knows(op.location)) return true;
  const Graph::Location& x = g.location(op.location);
  return g.low(x, t) + 1 == x.mo.size();
}

void Gathering::hold(ThreadId t, const Operation& op) {
  std::size_t at = held_.size();
  while (at > 0 && held_[at - 1].thread > t) --at;
  held_.insert(held_.begin() + static_cast<std::ptrdiff_t>(at), {t, &op});
}

void Gathering::release(ThreadId t) {
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (held_[i].thread != t) continue;
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

const Arrival* Gathering::find(ThreadId t) const {
  for (const Arrival& a : held_) {
    if (a.thread == t) return &a;
  }
  return nullptr;
}

bool Gathering::holds(ThreadId t) const { return find(t) != nullptr; }

Gathering::State Gathering::look(const Graph& g) {
  for (const Arrival& a : held_) {
    const auto before = std::find_if(held_.begin(), held_.end(), [&](const Arrival& b) {
      return b.operation->location == a.operation->location;
    });
    if (before->thread != a.thread) continue;  // looked at already
    if (const State state = look_at(g, *a.operation); state != State::incomplete) return state;
  }
  return State::incomplete;
}

Gathering::State Gathering::look_at(const Graph& g, const Operation& op) {
  if (g.knows(op.location)) {
    const Stamp latest = g.location(op.location).mo.back();
    if (latest != initial_stamp && !g[latest].arrival) return State::unsuitable;
  }
  gathered_.clear();
  for (const Arrival& a : held_) {
    if (a.operation->location != op.location) continue;
    if (a.operation->parties != op.parties || !knows_latest(g, a.thread, op)) return State::unsuitable;
    gathered_.push_back(a);
  }
  if (gathered_.size() > op.parties) return State::unsuitable;
  if (gathered_.size() < op.parties) return State::incomplete;
  for (const Arrival& a : gathered_) {
    if (!symmetry::must_wait(g, a.thread)) continue;
    const Arrival* const leader = find(g.thread(a.thread).leader);
    if (leader == nullptr || leader->operation->location != op.location) return State::incomplete;
  }
  return State::complete;
}

bool Gathering::keeps_waiting(const Graph& g, ThreadId t) const {
  if (!symmetry::must_wait(g, t)) return false;
  const Arrival* const leader = find(g.thread(t).leader);
  if (leader == nullptr) return false;
  const Arrival* const self = find(t);
  return self == nullptr || self->operation->location != leader->operation->location;
}

}  // namespace heddle::explore
