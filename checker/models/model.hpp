// A memory model: the question no other part can answer, whether a whole execution graph is consistent.
//
// Coherence, atomicity and no-thin-air hold in every graph the kernel builds (kernel/graph.hpp). A graph to
// which an event was only added mo-last and reading the mo-latest store stays consistent in every model here,
// so explorers ask only after a stale read, a store placed before others, or a backward revisit.
#pragma once

#include "checker/kernel/graph.hpp"

namespace heddle::models {

class Model {
 public:
  virtual ~Model() = default;
  virtual const char* name() const = 0;
  virtual bool consistent(const kernel::Graph& graph) = 0;
  // Whether the graph's newest events (from stamp `first` on) can make a difference to `consistent` at all.
  // Cheap.
  virtual bool concerns(const kernel::Graph& graph, kernel::Stamp first) const = 0;
  // Whether `consistent` is cheap enough on this graph to be asked for single events of a long random
  // execution.
  virtual bool affordable(const kernel::Graph& graph) const = 0;
  // True if every consistent graph is one where, along some interleaving, reads read the latest store and
  // stores come last: random exploration then needs no other candidates.
  virtual bool interleaving() const = 0;
};

}  // namespace heddle::models
