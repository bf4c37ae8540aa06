#include "checker/detect/lock_order.hpp"

namespace heddle::detect {
namespace {

using kernel::LocationId;
using kernel::ThreadId;

constexpr std::size_t buckets = 1024;

std::size_t bucket_of(LocationId location) { return (location * 2654435761U) % buckets; }

bool has_gate(const LockOrderEdge& edge, LocationId location, bool shared) {
  for (std::uint32_t i = 0; i < edge.gate_count; ++i) {
    if (edge.gates[i].location == location && !(edge.gates[i].shared && shared)) return true;
  }
  return false;
}

// Some lock keeps the two threads from being at these places at the same time.
bool gated(const LockOrderEdge& a, const LockOrderEdge& b) {
  for (std::uint32_t i = 0; i < a.gate_count; ++i) {
    if (has_gate(b, a.gates[i].location, a.gates[i].shared)) return true;
  }
  return false;
}

// The thread of `a` waits for a lock that the thread of `b` holds.
bool blocked_by(const LockOrderEdge& a, const LockOrderEdge& b) {
  return a.to.location == b.from.location && !(a.to.shared && b.from.shared);
}

bool same(const LockOrderEdge& a, const LockOrderEdge& b) {
  if (a.thread != b.thread || a.from.location != b.from.location || a.to.location != b.to.location ||
      a.from.shared != b.from.shared || a.to.shared != b.to.shared || a.gate_count != b.gate_count) {
    return false;
  }
  for (std::uint32_t i = 0; i < a.gate_count; ++i) {
    if (a.gates[i].location != b.gates[i].location || a.gates[i].shared != b.gates[i].shared) return false;
  }
  return true;
}

}  // namespace

std::uint32_t LockOrder::first_from(LocationId location) const {
  return heads_.empty() ? 0 : heads_[bucket_of(location)];
}

bool LockOrder::known(const LockOrderEdge& edge) const {
  for (std::uint32_t i = first_from(edge.from.location); i != 0; i = edges_[i - 1].next) {
    if (same(edges_[i - 1], edge)) return true;
  }
  return false;
}

void LockOrder::add(const LockOrderEdge& edge) {
  if (heads_.empty()) {
    heads_.resize(buckets);
    edges_.reserve(edges_max);  // edges are pointed to by cycles that are being looked for
  }
  std::uint32_t& head = heads_[bucket_of(edge.from.location)];
  edges_.push_back(edge);
  edges_.back().next = head;
  head = static_cast<std::uint32_t>(edges_.size());
}

bool LockOrder::extend(LockOrderCycle& cycle) const {
  const LockOrderEdge& last = *cycle.edges[cycle.length - 1];
  if (cycle.length > 1 && blocked_by(last, *cycle.edges[0])) return true;
  if (cycle.length == LockOrderCycle::length_max) return false;
  for (std::uint32_t i = first_from(last.to.location); i != 0; i = edges_[i - 1].next) {
    const LockOrderEdge& next = edges_[i - 1];
    if (!blocked_by(last, next)) continue;
    bool fits = true;
    for (std::uint32_t k = 0; k < cycle.length && fits; ++k) {
      fits = cycle.edges[k]->thread != next.thread && !gated(*cycle.edges[k], next);
    }
    if (!fits) continue;
    cycle.edges[cycle.length++] = &next;
    if (extend(cycle)) return true;
    --cycle.length;
  }
  return false;
}

bool LockOrder::taken(ThreadId thread, std::span<const HeldLock> held, HeldLock taken,
                      std::uint32_t (*keep_stack)(const HeldLock& lock), LockOrderCycle& out) {
  if (held.size() > LockOrderEdge::gates_max + 1) return false;
  bool found = false;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (edges_.size() == edges_max) return found;
    LockOrderEdge edge;
    edge.thread = thread;
    edge.from = held[i];
    edge.to = taken;
    for (std::size_t k = 0; k < held.size(); ++k) {
      if (k != i) edge.gates[edge.gate_count++] = {held[k].location, held[k].shared};
    }
    if (known(edge)) continue;
    if (taken.stack == 0) taken.stack = keep_stack(taken);
    edge.to.stack = taken.stack;
    add(edge);
    if (found) continue;
    out.length = 1;
    out.edges[0] = &edges_.back();
    found = extend(out);
  }
  return found;
}

}  // namespace heddle::detect
