// Negative controls: a model with one rule changed must disagree with the vectors, or the vectors prove
// nothing about it. The numbers are those of the vectors that disagree.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/rc11.hpp"
#include "tests/oracle/sc.hpp"
#include "tests/oracle/vector.hpp"

namespace heddle::oracle {
namespace {

std::size_t mismatches(const std::string& file, const Model& model) {
  std::size_t count = 0;
  for (const TestVector& vector : read_vectors(std::string(HEDDLE_LITMUS_VECTORS) + "/" + file)) {
    if (!compare(enumerate(vector.program, model), vector.cpp20).all()) ++count;
  }
  return count;
}

std::size_t mismatches_without(Rc11Axiom axiom) {
  return mismatches("litmus_rc11.jsonl", rc11({.dropped = axiom}));
}

TEST(ChangedModel, WithoutCoherenceIsNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::coherence), 1462U); }

TEST(ChangedModel, WithoutAtomicityIsNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::atomicity), 682U); }

TEST(ChangedModel, WithoutPscIsNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::sc), 55U); }

TEST(ChangedModel, OldReleaseSequencesAreNoticed) {
  EXPECT_EQ(mismatches("litmus_rc11.jsonl", rc11({.release_sequence = ReleaseSequence::cpp11})), 35U);
}

TEST(ChangedModel, Rc11InPlaceOfScIsNoticed) { EXPECT_EQ(mismatches("litmus_sc.jsonl", rc11()), 1223U); }

TEST(ChangedModel, ScInPlaceOfRc11IsNoticed) {
  EXPECT_EQ(mismatches("litmus_rc11.jsonl", sequential_consistency()), 1265U);
}

// The enumerator builds nothing else.
TEST(ChangedModel, NoThinAirHoldsByConstruction) {
  EXPECT_EQ(mismatches_without(Rc11Axiom::no_thin_air), 0U);
}

}  // namespace
}  // namespace heddle::oracle
