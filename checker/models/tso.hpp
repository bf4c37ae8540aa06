// x86-TSO: what the compiled program can do on an x86 processor.
//
// Source: Owens, Sarkar, Sewell, "A Better x86 Memory Model: x86-TSO", TPHOLs 2009; the axioms are those of
// Alglave, Maranget, Tautschnig, "Herding Cats", TOPLAS 2014. The mapping is the compilers': loads and stores
// are mov, a seq_cst store is xchg, every rmw (a failing compare-exchange too) is a locked instruction, a
// seq_cst fence is mfence, other fences are nothing. What the kernel does not already guarantee is one axiom:
//   ghb = po minus (stores before loads) ∪ po through a locked instruction or mfence ∪ rfe ∪ mo ∪ fr
// is acyclic. Coherence by the program's hb, which the kernel demands, excludes nothing: the mapping is
// correct (Lahav et al., PLDI 2017, section 5), so x86 keeps it anyway.
#pragma once

#include "checker/models/model.hpp"

namespace heddle::models {

class Tso final : public Model {
 public:
  const char* name() const override { return "tso"; }
  bool consistent(const kernel::Graph& graph) override;
  bool concerns(const kernel::Graph& graph, kernel::Stamp first) const override;
  bool affordable(const kernel::Graph& graph) const override { return graph.size() <= 5000; }
  bool interleaving() const override { return false; }

 private:
  // How far a thread has come: it has issued what is before `issue` and its stores before `flush` have
  // reached memory; the stores in between wait in its store buffer.
  struct Thread {
    kernel::Stamp issue = kernel::no_stamp;
    kernel::Stamp flush = kernel::no_stamp;
  };
  bool issue(const kernel::Graph& g, Thread& thread);
  bool flush(const kernel::Graph& g, Thread& thread);

  kernel::Vector<kernel::Stamp> next_;  // per event: its po-successor
  kernel::Vector<Thread> threads_;
  kernel::Vector<std::uint8_t> placed_;
  kernel::Vector<std::uint32_t> unread_;          // per store: reads of it not yet issued
  kernel::Vector<std::uint32_t> unread_initial_;  // per touched location, by position in touched()
  kernel::Vector<std::uint32_t> location_slot_;
};

}  // namespace heddle::models
