// RC11: the repaired C/C++11 memory model (Lahav et al., PLDI'17), with C++20's release sequences.
#pragma once

#include "tests/oracle/happens_before.hpp"
#include "tests/oracle/model.hpp"

namespace heddle::oracle {

enum class Rc11Axiom { none, coherence, atomicity, sc, no_thin_air };

// Deviations from the model, for tests that show the vectors notice them.
struct Rc11Variant {
  ReleaseSequence release_sequence = ReleaseSequence::cpp20;
  Rc11Axiom dropped = Rc11Axiom::none;
};

Model rc11(Rc11Variant variant = {});

}  // namespace heddle::oracle
