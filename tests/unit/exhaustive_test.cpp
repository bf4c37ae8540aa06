// The exhaustive search against closed forms and against itself: counts are its specification.

#include <gtest/gtest.h>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::ExhaustiveExplorer;
using explore::ExhaustiveOptions;

struct Explored {
  explore::Counts counts;
  std::set<std::vector<Values>> outcomes;
  std::uint64_t deadlocks = 0;
  bool verified = false;
};

Explored explore_all(const std::vector<Thread>& program, const ExhaustiveOptions& options = {}) {
  models::Rc11 model;
  ExhaustiveExplorer explorer(model, options);
  ScriptHost host(program);
  Explored result;
  while (explorer.next_execution()) {
    const Ending ending = host.run(explorer);
    if (explorer.began_anew()) {
      result = {};
      continue;
    }
    if (ending == Ending::complete) result.outcomes.insert(host.outcome());
    if (ending == Ending::blocked && explore::is_deadlock(explorer.blocked_threads())) ++result.deadlocks;
    EXPECT_NE(ending, Ending::diverged);
  }
  result.counts = explorer.counts();
  result.verified = explorer.verified();
  return result;
}

std::uint64_t factorial(std::uint64_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

// `n` copies of a thread beside the main one, which does nothing itself.
std::vector<Thread> copies(std::size_t n, const Thread& thread) {
  std::vector<Thread> program(n + 1, thread);
  program[0].clear();
  return program;
}

class UpTo : public testing::TestWithParam<std::uint64_t> {};

TEST_P(UpTo, ReadersOfOneStoreAreTwoToTheN) {
  auto program = copies(GetParam(), {load(0)});
  program.push_back({store(0, 1)});
  EXPECT_EQ(explore_all(program).counts.complete, std::uint64_t{1} << GetParam());
}

TEST_P(UpTo, AtomicIncrementsAreNFactorial) {
  const Explored all = explore_all(copies(GetParam(), {add(0, 1)}));
  EXPECT_EQ(all.counts.complete, factorial(GetParam()));
  EXPECT_EQ(all.counts.blocked, 0U);
}

TEST_P(UpTo, WritersAndOneReaderAreNFactorialTimesNPlusOne) {
  std::vector<Thread> program(1);
  for (std::uint64_t i = 1; i <= GetParam(); ++i) program.push_back({store(0, i)});
  program.push_back({load(0)});
  EXPECT_EQ(explore_all(program).counts.complete, factorial(GetParam()) * (GetParam() + 1));
}

TEST_P(UpTo, LockedIncrementsAreNFactorialAndNeverBlock) {
  const Explored all = explore_all(copies(GetParam(), {lock(0), load(1), store_next(1), unlock(0)}));
  EXPECT_EQ(all.counts.complete, factorial(GetParam()));
  EXPECT_EQ(all.counts.blocked, 0U);
  EXPECT_TRUE(all.verified);
}

TEST_P(UpTo, IndependentStoreBufferingPairsAreFourToTheK) {
  std::vector<Thread> program(1);
  for (kernel::LocationId k = 0; k < GetParam(); ++k) {
    program.push_back({store(2 * k, 1), load(2 * k + 1)});
    program.push_back({store(2 * k + 1, 1), load(2 * k)});
  }
  EXPECT_EQ(explore_all(program).counts.complete, std::uint64_t{1} << (2 * GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Threads, UpTo, testing::Range<std::uint64_t>(1, 9));

// With parked awaits alone (lockinc(2..5) of the published table): as many complete executions, some runs in
// which a lock waits for what has happened.
TEST(Exhaustive, MutexesInPlaceChangeOnlyStaleRuns) {
  const std::uint64_t stale[] = {1, 5, 29, 189};
  for (std::uint64_t n = 2; n <= 5; ++n) {
    const auto program = copies(n, {lock(0), load(1), store_next(1), unlock(0)});
    ExhaustiveOptions plain;
    plain.reductions.waiting_locks = false;
    const Explored without = explore_all(program, plain);
    const Explored with = explore_all(program);
    EXPECT_EQ(without.counts.complete, factorial(n));
    EXPECT_EQ(without.counts.blocked, 0U);
    EXPECT_EQ(without.counts.stale, stale[n - 2]);
    EXPECT_EQ(with.counts.stale, 0U);
    EXPECT_EQ(with.outcomes, without.outcomes);
  }
}

TEST(Exhaustive, ChoicesAreEnumerated) {
  const Explored all = explore_all({{}, {choose(3), choose(2)}});
  EXPECT_EQ(all.counts.complete, 6U);
  EXPECT_EQ(all.outcomes.size(), 6U);
}

TEST(Exhaustive, ChoicesCombineWithReads) {
  const Explored all = explore_all({{}, {choose(3), store(0, 1)}, {load(0)}});
  EXPECT_EQ(all.counts.complete, 6U);
  EXPECT_EQ(all.outcomes.size(), 6U);
}

TEST(Exhaustive, LocksTakenInOppositeOrderDeadlock) {
  const Explored all =
      explore_all({{}, {lock(0), lock(1), unlock(1), unlock(0)}, {lock(1), lock(0), unlock(0), unlock(1)}});
  EXPECT_GE(all.deadlocks, 1U);
  EXPECT_EQ(all.counts.complete, 2U);
}

TEST(Exhaustive, AwaitOfAValueThatNeverComesIsADeadlock) {
  EXPECT_EQ(explore_all({{}, {await_equal(0, 2)}, {store(0, 1)}}).deadlocks, 1U);
}

TEST(Exhaustive, AwaitSeesTheStoreWheneverItComes) {
  const Explored all =
      explore_all({{}, {await_equal(0, 1), load(1)}, {store(1, 7), store(0, 1, kernel::Order::release)}});
  EXPECT_EQ(all.deadlocks, 0U);
  ASSERT_EQ(all.outcomes.size(), 1U);
  EXPECT_EQ((*all.outcomes.begin())[1], (Values{1, 7}));
}

// A value that was there for a moment may be read late: relaxed coherence only forbids going back.
TEST(Exhaustive, AwaitMayReadAStaleAcceptedValue) {
  const Explored all = explore_all({{},
                                    {store(0, 1), store(0, 0), store(1, 1)},
                                    {await_equal(1, 1, kernel::Order::relaxed), await_equal(0, 1)}});
  EXPECT_EQ(all.counts.complete, 1U);
}

TEST(Exhaustive, SchedulingOrderChangesNoCount) {
  const std::vector<std::vector<Thread>> programs = {
      copies(4, {load(0), store_next(0)}),
      copies(3, {add(0, 1), load(1), store_next(1)}),
      copies(3, {lock(0), load(1), store_next(1), unlock(0), load(2), add(2, 1)}),
      {{store(0, 1)},
       {store(0, 2), load(1)},
       {store(1, 1), fence(kernel::Order::seq_cst), load(0)},
       {add(0, 5), load(1)}},
  };
  for (const auto& program : programs) {
    const Explored expected = explore_all(program);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      ExhaustiveOptions shuffled;
      shuffled.shuffle_seed = seed;
      const Explored all = explore_all(program, shuffled);
      EXPECT_EQ(all.counts.complete, expected.counts.complete);
      EXPECT_EQ(all.outcomes, expected.outcomes);
    }
  }
}

TEST(Exhaustive, MoreThreadsThanThereIsRoomForStartAgainWithMore) {
  std::vector<Thread> program(1);
  for (kernel::LocationId i = 0; i < 12; ++i) program.push_back({store(i, 1)});
  EXPECT_EQ(explore_all(program).counts.complete, 1U);
}

TEST(Exhaustive, EventBoundCutsAndIsNotVerified) {
  ExhaustiveOptions options;
  options.max_events = 5;
  const Explored all = explore_all(copies(2, {store(0, 1), load(0), store(0, 2), load(0)}), options);
  EXPECT_GT(all.counts.cut, 0U);
  EXPECT_FALSE(all.verified);
}

}  // namespace
}  // namespace heddle::test
