// Shasha and Snir's characterisation (TOPLAS'88): an execution is sequentially consistent iff po | rf | mo |
// fr is acyclic. An rmw is two events here, so its atomicity is an axiom of its own.
#include "tests/oracle/sc.hpp"

#include "tests/oracle/happens_before.hpp"

namespace heddle::oracle {

Model sequential_consistency() {
  const auto consistent = [](const Execution& g) {
    return acyclic(g.po | g.rf | g.mo | g.fr()) && (g.rmw & sequence(g.fr(), g.mo)).empty();
  };
  return {consistent, [](const Execution& g) { return happens_before(g); }};
}

}  // namespace heddle::oracle
