// Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing Sequential Consistency in C/C++11 (PLDI'17), section 3.2,
// with the release sequences of C++20 ([intro.races], P0982). sb is called po here.
#include "tests/oracle/happens_before.hpp"

namespace heddle::oracle {

Relation happens_before(const Execution& g, ReleaseSequence release_sequence) {
  const Relation atomic_writes = g.only(g.writes & g.atomics);
  const Relation rmw_chain = reflexive_closure(sequence(g.rf, g.rmw));
  const Relation rs =
      release_sequence == ReleaseSequence::cpp20
          ? sequence(atomic_writes, rmw_chain)
          : sequence(g.only(g.writes), optional(g.po & g.same_location), atomic_writes, rmw_chain);

  const Relation fence_before = optional(sequence(g.only(g.fences), g.po));
  const Relation fence_after = optional(sequence(g.po, g.only(g.fences)));
  const Relation sw = sequence(g.only(g.releases), fence_before, rs, g.rf, g.only(g.reads & g.atomics),
                               fence_after, g.only(g.acquires));
  return closure(g.po | sw);
}

bool has_race(const Execution& g, const Relation& hb) {
  for (std::size_t a = 0; a < g.size(); ++a) {
    if (g.atomics.contains(a)) continue;
    const EventSet conflicting =
        g.same_location.successors(a) & (g.writes.contains(a) ? g.reads | g.writes : g.writes);
    bool race = false;
    conflicting.for_each(
        [&](std::size_t b) { race = race || (a != b && !hb.contains(a, b) && !hb.contains(b, a)); });
    if (race) return true;
  }
  return false;
}

}  // namespace heddle::oracle
