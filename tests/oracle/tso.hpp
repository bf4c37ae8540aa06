// x86-TSO, for a program compiled to x86: the axioms. `store_buffers.hpp` is the same model as a machine.
#pragma once

#include "tests/oracle/model.hpp"

namespace heddle::oracle {

enum class TsoAxiom { none, uniproc, atomicity, locked_drain, store_drain, fence_drain, order };

// Loads and stores are mov, an sc store is xchg, an rmw is a locked instruction, an sc fence is mfence; other
// fences are nothing. Races are judged by C++20's happens-before. `dropped`: for tests that show the axioms
// are noticed.
Model tso(TsoAxiom dropped = TsoAxiom::none);

}  // namespace heddle::oracle
