// Lahav et al., PLDI'17, definition 1 (section 3). The paper's sb is po here, its rb is fr.
#include "tests/oracle/rc11.hpp"

namespace heddle::oracle {
namespace {

// hb ; eco? is irreflexive, where eco = (rf | mo | fr)+ .
bool coherence(const Relation& hb, const Relation& eco) { return sequence(hb, optional(eco)).irreflexive(); }

// Nothing comes mo-between the store an rmw reads and the one it writes.
bool atomicity(const Execution& g) { return (g.rmw & sequence(g.fr(), g.mo)).empty(); }

// psc is acyclic.
bool sc(const Execution& g, const Relation& hb, const Relation& eco) {
  const Relation po_elsewhere = g.po - g.same_location;
  const Relation scb =
      g.po | sequence(po_elsewhere, hb, po_elsewhere) | (hb & g.same_location) | g.mo | g.fr();

  const Relation sc_event = g.only(g.sc);
  const Relation sc_fence = g.only(g.sc & g.fences);
  const Relation psc_base =
      sequence(sc_event | sequence(sc_fence, optional(hb)), scb, sc_event | sequence(optional(hb), sc_fence));
  const Relation psc_fence = sequence(sc_fence, hb | sequence(hb, eco, hb), sc_fence);
  return acyclic(psc_base | psc_fence);
}

// po | rf is acyclic.
bool no_thin_air(const Execution& g) { return acyclic(g.po | g.rf); }

}  // namespace

Model rc11(Rc11Variant variant) {
  const auto hb = [variant](const Execution& g) { return happens_before(g, variant.release_sequence); };
  const auto consistent = [variant, hb](const Execution& g) {
    const Relation happens_before = hb(g);
    const Relation eco = closure(g.rf | g.mo | g.fr());
    const auto holds = [variant](Rc11Axiom axiom, bool value) { return variant.dropped == axiom || value; };
    return holds(Rc11Axiom::coherence, coherence(happens_before, eco)) &&
           holds(Rc11Axiom::atomicity, atomicity(g)) &&  //
           holds(Rc11Axiom::sc, sc(g, happens_before, eco)) && holds(Rc11Axiom::no_thin_air, no_thin_air(g));
  };
  return {consistent, hb};
}

}  // namespace heddle::oracle
