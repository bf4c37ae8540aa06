// Predicts deadlocks that no execution has shown yet: a cycle in the order in which threads take locks.
//
// After Goodlock (Havelund, SPIN 2000; Bensalem and Havelund, HVC 2005): an edge a -> b says that a thread
// took b while it held a. A cycle is a possible deadlock if its edges belong to different threads, and no
// lock that two of these threads hold besides (a gate) keeps them apart. Edges are those of one execution,
// keyed by LocationId: what different executions do may exclude each other, and could not be replayed.
// Unlike the papers we keep no segments: the caller leaves out edges of phases with a single thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "checker/detect/held_locks.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::detect {

struct LockOrderEdge {
  static constexpr std::uint32_t gates_max = 6;  // a thread holding more locks than that adds no edge
  struct Gate {
    kernel::LocationId location;
    bool shared;
    bool is_permit;
    std::uint32_t permits;
    bool operator==(const Gate&) const = default;
  };
  kernel::ThreadId thread = 0;
  HeldLock from;  // held
  HeldLock to;    // taken meanwhile
  std::uint32_t gate_count = 0;
  Gate gates[gates_max] = {};
  std::uint32_t next = 0;  // the next edge from the same lock, plus 1
};

struct LockOrderCycle {
  static constexpr std::uint32_t length_max = 6;
  const LockOrderEdge* edges[length_max] = {};
  std::uint32_t length = 0;
};

class LockOrder {
 public:
  static constexpr std::size_t edges_max =
      2048;  // more are ignored: a prediction may be missed, none is invented

  // A new execution: no locks were taken yet. Costs what the last one's edges did, and frees nothing.
  void clear();

  // `thread` takes `taken` while holding `held`, which does not contain it. The cycle that closes, valid
  // until the next call; null if it closes none, or did so before.
  const LockOrderCycle* taken(kernel::ThreadId thread, std::span<const HeldLock> held, const HeldLock& taken);

  std::size_t edge_count() const { return edges_.size(); }

 private:
  bool contains(const LockOrderEdge& edge) const;
  LockOrderEdge& add(const LockOrderEdge& edge);
  std::uint32_t first_from(kernel::LocationId location) const;
  bool extend(LockOrderCycle& cycle) const;

  kernel::Vector<LockOrderEdge> edges_;
  LockOrderCycle cycle_;
  kernel::Vector<std::uint32_t> heads_;  // by the hash of `from`: an edge's index plus 1, 0 for none
};

}  // namespace heddle::detect
