// Random litmus programs, for differential tests of the checker against the oracle.
#pragma once

#include <cstdint>

#include "tests/oracle/enumerate.hpp"
#include "tests/oracle/program.hpp"

namespace heddle::oracle {

struct GeneratedProgram {
  Program program;
  Outcome outcome;
};

// The `index`-th program of a seed, the same on every machine, and what `model` makes of it. 2 to 4 threads
// of 1 to 5 operations on 1 to 3 atomic locations and, in one program of three, a non-atomic one. Programs
// that take the oracle more than a few thousand judgements are drawn again.
GeneratedProgram generate(std::uint64_t seed, std::uint64_t index, const Model& model);

}  // namespace heddle::oracle
