#include "checker/frontend/thread_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace heddle::frontend::thread_set {
namespace {

using testing::ElementsAreArray;

std::vector<ThreadId> members_of(Value set) {
  std::vector<ThreadId> all;
  for (ThreadId i = 0; i < size(set); ++i) all.push_back(member(set, i));
  return all;
}

TEST(ThreadSet, HoldsWhatWasPutIn) {
  std::set<ThreadId> expected;
  Value set = 0;
  for (const ThreadId thread : {5U, 59U, 0U, 60U, 63U, 64U, 1023U, 700U, 5U}) {
    set = with(set, thread);
    expected.insert(thread);
    EXPECT_TRUE(contains(set, thread));
    EXPECT_THAT(members_of(set), ElementsAreArray(expected));
  }
  EXPECT_FALSE(contains(set, 6));
  EXPECT_FALSE(contains(set, 701));
  while (!expected.empty()) {
    set = without(set, *expected.begin());
    expected.erase(expected.begin());
    EXPECT_THAT(members_of(set), ElementsAreArray(expected));
  }
  EXPECT_EQ(set, 0U);
}

TEST(ThreadSet, EqualSetsHaveEqualValues) {
  const Value one_way = with(with(with(0, 900), 3), 61);
  const Value other_way = without(with(with(with(with(0, 61), 77), 3), 900), 77);
  EXPECT_EQ(one_way, other_way);
  // Narrow again once the high numbers are gone.
  EXPECT_EQ(without(without(one_way, 900), 61), with(0, 3));
}

TEST(ThreadSet, RemovingAStrangerChangesNothing) {
  EXPECT_EQ(without(with(0, 3), 4), with(0, 3));
  EXPECT_EQ(without(with(0, 3), 400), with(0, 3));
  EXPECT_EQ(without(with(0, 400), 3), with(0, 400));
}

TEST(ThreadSet, FlagsStay) {
  const Value set = with(with(0, 2), 500) | locked;
  EXPECT_EQ(without(set, 500), (with(0, 2) | locked));
  EXPECT_EQ(with(locked, 500), (with(0, 500) | locked));
  EXPECT_EQ(members(set), with(with(0, 2), 500));
  EXPECT_EQ(size(set), 2U);
}

// Breadth beyond the first table of interned sets.
TEST(ThreadSet, ManyDifferentSetsStayDistinct) {
  std::set<Value> values;
  for (ThreadId a = 60; a < 1024; a += 7) {
    for (ThreadId b = a + 1; b < 1024; b += 61) values.insert(with(with(0, a), b));
  }
  std::size_t expected = 0;
  for (ThreadId a = 60; a < 1024; a += 7) {
    for (ThreadId b = a + 1; b < 1024; b += 61) {
      ++expected;
      EXPECT_EQ(members_of(with(with(0, b), a)), (std::vector<ThreadId>{a, b}));
    }
  }
  EXPECT_EQ(values.size(), expected);
}

}  // namespace
}  // namespace heddle::frontend::thread_set
