// Alglave, Maranget, Tautschnig: Herding Cats (TOPLAS'14), the TSO of sections 4 and 8.
#include "tests/oracle/tso.hpp"

#include "tests/oracle/happens_before.hpp"

namespace heddle::oracle {
namespace {

// po | rf | mo | fr is acyclic for each location alone.
bool uniproc(const Execution& g) { return acyclic((g.po & g.same_location) | g.rf | g.mo | g.fr()); }

// Nothing comes mo-between the store an rmw reads and the one it writes.
bool atomicity(const Execution& g) { return (g.rmw & sequence(g.fr(), g.mo)).empty(); }

// The global order: program order but for a store and a later load, what lies around an instruction that
// empties the store buffer, and what other processors notice.
bool global_order(const Execution& g, TsoAxiom dropped) {
  const Relation accesses = g.only(g.reads | g.writes);  // a fence that is not mfence orders nothing
  const Relation kept =
      sequence(accesses, g.po, accesses) - sequence(g.only(g.writes), g.po, g.only(g.reads));
  const EventSet locked = dropped == TsoAxiom::locked_drain ? EventSet{} : g.locked;
  const EventSet exchanged = dropped == TsoAxiom::store_drain ? EventSet{} : g.sc & g.writes;
  const EventSet mfence = dropped == TsoAxiom::fence_drain ? EventSet{} : g.sc & g.fences;
  const Relation draining = g.only(locked | exchanged | mfence);
  const Relation drained = sequence(g.po, draining) | sequence(draining, g.po);
  const Relation external = g.rf - g.po;
  return acyclic(kept | drained | external | g.mo | g.fr());
}

}  // namespace

Model tso(TsoAxiom dropped) {
  const auto consistent = [dropped](const Execution& g) {
    return (dropped == TsoAxiom::uniproc || uniproc(g)) && (dropped == TsoAxiom::atomicity || atomicity(g)) &&
           (dropped == TsoAxiom::order || global_order(g, dropped));
  };
  return {consistent, [](const Execution& g) { return happens_before(g); }};
}

}  // namespace heddle::oracle
