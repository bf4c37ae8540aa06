#include "checker/detect/lock_order.hpp"

namespace heddle::detect {
namespace {

using kernel::LocationId;
using kernel::ThreadId;

constexpr std::size_t buckets = 1024;

std::size_t bucket_of(LocationId location) { return (location * 2654435761U) % buckets; }

bool has_gate(const LockOrderEdge& edge, const LockOrderEdge::Gate& gate) {
  for (std::uint32_t i = 0; i < edge.gate_count; ++i) {
    const LockOrderEdge::Gate& other = edge.gates[i];
    if (other.location == gate.location && (gate.is_permit || !(other.shared && gate.shared))) return true;
  }
  return false;
}

// Some lock keeps the two threads from being at these places at the same time.
bool gated(const LockOrderEdge& a, const LockOrderEdge& b) {
  for (std::uint32_t i = 0; i < a.gate_count; ++i) {
    if (!a.gates[i].is_permit && has_gate(b, a.gates[i])) return true;
  }
  return false;
}

// More threads of the cycle need a unit of some semaphore than it has.
bool short_of_permits(const LockOrderCycle& cycle) {
  for (std::uint32_t k = 0; k < cycle.length; ++k) {
    for (std::uint32_t i = 0; i < cycle.edges[k]->gate_count; ++i) {
      const LockOrderEdge::Gate& gate = cycle.edges[k]->gates[i];
      if (!gate.is_permit) continue;
      std::uint32_t needed = 0;
      for (std::uint32_t other = 0; other < cycle.length; ++other) {
        if (has_gate(*cycle.edges[other], gate)) ++needed;
      }
      if (needed > gate.permits) return true;
    }
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
    if (a.gates[i] != b.gates[i]) return false;
  }
  return true;
}

}  // namespace

std::uint32_t LockOrder::first_from(LocationId location) const {
  return heads_.empty() ? 0 : heads_[bucket_of(location)];
}

bool LockOrder::contains(const LockOrderEdge& edge) const {
  for (std::uint32_t i = first_from(edge.from.location); i != 0; i = edges_[i - 1].next) {
    if (same(edges_[i - 1], edge)) return true;
  }
  return false;
}

void LockOrder::clear() {
  for (const LockOrderEdge& edge : edges_) heads_[bucket_of(edge.from.location)] = 0;
  edges_.clear();
}

LockOrderEdge& LockOrder::add(const LockOrderEdge& edge) {
  if (heads_.empty()) {
    heads_.resize(buckets);
    edges_.reserve(edges_max);  // edges are pointed to by cycles that are being looked for
  }
  std::uint32_t& head = heads_[bucket_of(edge.from.location)];
  edges_.push_back(edge);
  edges_.back().next = head;
  head = static_cast<std::uint32_t>(edges_.size());
  return edges_.back();
}

bool LockOrder::extend(LockOrderCycle& cycle) const {
  const LockOrderEdge& last = *cycle.edges[cycle.length - 1];
  if (cycle.length > 1 && blocked_by(last, *cycle.edges[0])) return !short_of_permits(cycle);
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

const LockOrderCycle* LockOrder::taken(ThreadId thread, std::span<const HeldLock> held,
                                       const HeldLock& taken) {
  if (held.size() > LockOrderEdge::gates_max + 1) return nullptr;
  bool found = false;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].is_permit) continue;
    LockOrderEdge edge;
    edge.thread = thread;
    edge.from = held[i];
    edge.to = taken;
    for (std::size_t k = 0; k < held.size(); ++k) {
      if (k == i) continue;
      edge.gates[edge.gate_count++] = {held[k].location, held[k].shared, held[k].is_permit, held[k].permits};
    }
    if (contains(edge)) continue;
    if (edges_.size() == edges_max) break;
    const LockOrderEdge& added = add(edge);
    if (found) continue;
    cycle_.length = 1;
    cycle_.edges[0] = &added;
    found = extend(cycle_);
  }
  return found ? &cycle_ : nullptr;
}

}  // namespace heddle::detect
