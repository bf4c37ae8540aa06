// Negative controls: a model with one rule changed must disagree with the vectors, or the vectors prove
// nothing about it. README.md says how many disagree.
#include <gtest/gtest.h>

#include <string>

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/rc11.hpp"
#include "tests/oracle/sc.hpp"
#include "tests/oracle/vector.hpp"

namespace heddle::oracle {
namespace {

// Whether at least five vectors disagree with the model.
bool is_noticed(const std::string& file, const Model& model) {
  std::size_t left = 5;
  for (const TestVector& vector : read_vectors(std::string(HEDDLE_LITMUS_VECTORS) + "/" + file)) {
    if (!compare(enumerate(vector.program, model), vector.cpp20).all() && --left == 0) return true;
  }
  return false;
}

bool is_noticed(Rc11Variant variant) { return is_noticed("litmus_rc11.jsonl", rc11(variant)); }

TEST(ChangedModel, WithoutCoherenceIsNoticed) { EXPECT_TRUE(is_noticed({.dropped = Rc11Axiom::coherence})); }

TEST(ChangedModel, WithoutAtomicityIsNoticed) { EXPECT_TRUE(is_noticed({.dropped = Rc11Axiom::atomicity})); }

TEST(ChangedModel, WithoutPscIsNoticed) { EXPECT_TRUE(is_noticed({.dropped = Rc11Axiom::sc})); }

TEST(ChangedModel, OldReleaseSequencesAreNoticed) {
  EXPECT_TRUE(is_noticed({.release_sequence = ReleaseSequence::cpp11}));
}

TEST(ChangedModel, Rc11InPlaceOfScIsNoticed) { EXPECT_TRUE(is_noticed("litmus_sc.jsonl", rc11())); }

TEST(ChangedModel, ScInPlaceOfRc11IsNoticed) {
  EXPECT_TRUE(is_noticed("litmus_rc11.jsonl", sequential_consistency()));
}

}  // namespace
}  // namespace heddle::oracle
