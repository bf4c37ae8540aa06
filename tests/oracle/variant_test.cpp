// Negative controls: a model with one rule changed must disagree with the vectors, or the vectors prove
// nothing about it.
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

TEST(ChangedModel, WithoutCoherenceIsNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::coherence), 0U); }

TEST(ChangedModel, WithoutAtomicityIsNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::atomicity), 0U); }

TEST(ChangedModel, WithoutPscIsNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::sc), 0U); }

TEST(ChangedModel, OldReleaseSequencesAreNoticed) {
  EXPECT_EQ(mismatches("litmus_rc11.jsonl", rc11({.release_sequence = ReleaseSequence::cpp11})), 0U);
}

TEST(ChangedModel, Rc11InPlaceOfScIsNoticed) { EXPECT_EQ(mismatches("litmus_sc.jsonl", rc11()), 0U); }

TEST(ChangedModel, ScInPlaceOfRc11IsNoticed) {
  EXPECT_EQ(mismatches("litmus_rc11.jsonl", sequential_consistency()), 0U);
}

TEST(ChangedModel, ThinAirCannotBeNoticed) { EXPECT_EQ(mismatches_without(Rc11Axiom::no_thin_air), 0U); }

}  // namespace
}  // namespace heddle::oracle
