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
// of 1 to 5 operations, 12 in all at most, on 1 to 4 locations. Half of the programs are unstructured, every
// third of these with a non-atomic location; the others are cycles of conflicting accesses, as in the
// literature's named litmus tests, which is what tells memory models apart. Programs that take the oracle
// more than a few thousand judgements are drawn again.
//
// Extra: besides, two threads or more access a location that the others do not: `unread` stores, the last of
// which is hidden; or `counting` with rmws whose result nobody uses, with now and then a load in between.
enum class Extra : std::uint8_t { nothing, unread, counting };
GeneratedProgram generate(std::uint64_t seed, std::uint64_t index, const Model& model,
                          Extra extra = Extra::nothing);

}  // namespace heddle::oracle
