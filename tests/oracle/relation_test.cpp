#include "tests/oracle/relation.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace heddle::oracle {
namespace {

Relation relation(std::initializer_list<std::pair<std::size_t, std::size_t>> pairs) {
  Relation result(5);
  for (const auto& [from, to] : pairs) result.add(from, to);
  return result;
}

TEST(Relation, UnionIntersectionDifference) {
  const Relation a = relation({{0, 1}, {1, 2}});
  const Relation b = relation({{1, 2}, {3, 4}});
  EXPECT_EQ(a | b, relation({{0, 1}, {1, 2}, {3, 4}}));
  EXPECT_EQ(a & b, relation({{1, 2}}));
  EXPECT_EQ(a - b, relation({{0, 1}}));
}

TEST(Relation, SequenceGoesThroughACommonEvent) {
  EXPECT_EQ(sequence(relation({{0, 1}, {0, 2}, {3, 3}}), relation({{1, 4}, {2, 0}})),
            relation({{0, 4}, {0, 0}}));
  EXPECT_EQ(sequence(relation({{0, 1}}), relation({{1, 2}}), relation({{2, 3}})), relation({{0, 3}}));
  EXPECT_TRUE(sequence(relation({{0, 1}}), relation({{0, 1}})).empty());
}

TEST(Relation, IdentityRestricts) {
  const Relation r = relation({{0, 1}, {2, 1}, {0, 3}});
  const Relation zero = Relation::identity(EventSet::single(0), 5);
  const Relation one = Relation::identity(EventSet::single(1), 5);
  EXPECT_EQ(sequence(zero, r), relation({{0, 1}, {0, 3}}));
  EXPECT_EQ(sequence(r, one), relation({{0, 1}, {2, 1}}));
}

TEST(Relation, InverseAndOptional) {
  EXPECT_EQ(inverse(relation({{0, 1}, {2, 1}})), relation({{1, 0}, {1, 2}}));
  EXPECT_EQ(optional(relation({{0, 1}})), relation({{0, 1}, {0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}}));
}

TEST(Relation, ClosureFollowsPathsOfAnyLengthAndOrder) {
  EXPECT_EQ(closure(relation({{3, 1}, {1, 4}, {4, 0}})),
            relation({{3, 1}, {3, 4}, {3, 0}, {1, 4}, {1, 0}, {4, 0}}));
}

TEST(Relation, CyclesAreFoundThroughAnyNumberOfEvents) {
  EXPECT_TRUE(acyclic(relation({{0, 1}, {1, 2}, {0, 2}})));
  EXPECT_FALSE(acyclic(relation({{2, 2}})));
  EXPECT_FALSE(acyclic(relation({{4, 2}, {2, 0}, {0, 3}, {3, 4}})));
}

TEST(Relation, LastEventOfTheLargestExecutionWorks) {
  Relation r(max_events);
  r.add(max_events - 1, 0);
  r.add(0, max_events - 1);
  EXPECT_FALSE(acyclic(r));
  EXPECT_THROW(Relation(max_events + 1), std::length_error);
}

}  // namespace
}  // namespace heddle::oracle
