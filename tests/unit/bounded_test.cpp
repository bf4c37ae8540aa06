// The preemption-bounded search: bound by bound it runs every schedule that costs no more, and nothing else.

#include "checker/explore/random/bounded.hpp"

#include <gtest/gtest.h>

#include <set>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Bounded;
using explore::Ending;
using explore::RandomExplorer;
using Outcomes = std::set<std::vector<Values>>;
using Program = std::vector<Thread>;

struct Ran {
  Outcomes outcomes;
  std::uint64_t executions = 0;
  std::uint64_t deadlocks = 0;
  std::int64_t completed = -1;
  std::uint32_t costliest = 0;
};

Ran run(const Program& program, std::uint32_t bound, models::Model&& model) {
  Bounded strategy(bound);
  RandomExplorer explorer(model, strategy, {});
  explorer.record_steps();
  ScriptHost host(program);
  Ran ran;
  while (explorer.next_execution()) {
    const Ending ending = host.run(explorer);
    if (ending == Ending::complete) ran.outcomes.insert(host.outcome());
    if (ending == Ending::blocked && explore::is_deadlock(explorer.blocked_threads())) ++ran.deadlocks;
    std::uint32_t cost = 0;
    for (const explore::Step& step : explorer.steps()) {
      cost += (step.preempts ? 1U : 0U) + (step.alternative != 0 ? 1U : 0U);
    }
    ran.costliest = std::max(ran.costliest, cost);
  }
  ran.executions = explorer.counts().executions;
  ran.completed = explorer.completed_bound();
  return ran;
}

Outcomes all_outcomes(const Program& program, models::Model&& model) {
  explore::ExhaustiveExplorer explorer(model, {});
  ScriptHost host(program);
  Outcomes outcomes;
  while (explorer.next_execution()) {
    if (host.run(explorer) == Ending::complete) outcomes.insert(host.outcome());
  }
  return outcomes;
}

const Program lost_update = {{}, {load(0), store_next(0), load(0)}, {load(0), store_next(0), load(0)}};

TEST(Bounded, WithoutPreemptionsThreadsRunOneAfterTheOther) {
  const Ran ran = run(lost_update, 0, models::SequentialConsistency());
  EXPECT_EQ(ran.completed, 0);
  EXPECT_EQ(ran.outcomes, (Outcomes{{{}, {0, 1}, {1, 2}}, {{}, {1, 2}, {0, 1}}}));
  EXPECT_EQ(ran.costliest, 0U);
}

TEST(Bounded, OnePreemptionLosesAnUpdate) {
  const Ran ran = run(lost_update, 1, models::SequentialConsistency());
  EXPECT_TRUE(ran.outcomes.contains({{}, {0, 1}, {0, 1}}));
  EXPECT_EQ(ran.completed, 1);
  EXPECT_EQ(ran.costliest, 1U);
}

TEST(Bounded, AStaleReadCostsOne) {
  const Program message = {{}, {store(0, 1), store(1, 1)}, {load(1), load(0)}};
  const std::vector<Values> stale = {{}, {}, {1, 0}};
  EXPECT_FALSE(run(message, 0, models::Rc11()).outcomes.contains(stale));
  EXPECT_TRUE(run(message, 1, models::Rc11()).outcomes.contains(stale));
  EXPECT_FALSE(run(message, 9, models::SequentialConsistency()).outcomes.contains(stale));
}

// The exhaustive search is the oracle: small programs show all they can within three.
TEST(Bounded, AHighEnoughBoundShowsEveryOutcome) {
  const Program programs[] = {
      lost_update,
      {{}, {store(0, 1), load(1)}, {store(1, 1), load(0)}},
      {{}, {add(0, 1), load(1)}, {add(0, 1), store(1, 1)}, {load(0)}},
      {{}, {lock(0), load(1), store_next(1), unlock(0)}, {lock(0), load(1), store_next(1), unlock(0)}},
      {{}, {await_equal(0, 1), load(1)}, {store(1, 7), store(0, 1)}},
      {{}, {choose(3), store(0, 1)}, {load(0)}},
  };
  for (const Program& program : programs) {
    const Ran weak = run(program, 3, models::Rc11());
    EXPECT_EQ(weak.outcomes, all_outcomes(program, models::Rc11()));
    const Ran strong = run(program, 3, models::SequentialConsistency());
    EXPECT_EQ(strong.outcomes, all_outcomes(program, models::SequentialConsistency()));
  }
}

TEST(Bounded, ADeadlockOfTwoLocksNeedsOnePreemption) {
  const Program program = {
      {}, {lock(0), lock(1), unlock(1), unlock(0)}, {lock(1), lock(0), unlock(0), unlock(1)}};
  EXPECT_EQ(run(program, 0, models::Rc11()).deadlocks, 0U);
  EXPECT_GE(run(program, 1, models::Rc11()).deadlocks, 1U);
}

// A timeout that nothing enforces costs one, and what the thread does then may come first; so does going on
// after having slept.
TEST(Bounded, ATimeoutAndGoingOnAfterASleepCostOne) {
  const Step timed = [](const Values& got) {
    kernel::Operation op = await_equal(0, 1)(got);
    op.timed = true;
    return op;
  };
  const Program waits = {{}, {timed, load(1)}, {store(1, 1), store(0, 1)}};
  const std::vector<Values> timed_out_first = {{}, {0, 0}, {}};
  EXPECT_FALSE(run(waits, 0, models::SequentialConsistency()).outcomes.contains(timed_out_first));
  EXPECT_TRUE(run(waits, 1, models::SequentialConsistency()).outcomes.contains(timed_out_first));

  const Step sleep = [](const Values&) {
    kernel::Operation op;
    op.kind = kernel::OperationKind::choose;
    op.operand = 1;
    op.yields = true;
    return op;
  };
  const Program sleeps = {{}, {sleep, load(1)}, {store(1, 1)}};
  const std::vector<Values> first = {{}, {0, 0}, {}};
  EXPECT_FALSE(run(sleeps, 0, models::SequentialConsistency()).outcomes.contains(first));
  EXPECT_TRUE(run(sleeps, 1, models::SequentialConsistency()).outcomes.contains(first));
}

// A loop that sleeps until another thread, whose own wait must time out first, has done something.
TEST(Bounded, SleepingLoopsAndTimedWaitsLetEachOtherGoOn) {
  const Step sleep_until_set = [](const Values& got) {
    kernel::Operation op;
    if (got.empty() || got.size() % 2 == 0) return load_of(0, kernel::Order::relaxed);
    op.kind = kernel::OperationKind::choose;
    op.operand = 1;
    op.yields = true;
    return op;
  };
  const Step timed = [](const Values& got) {
    kernel::Operation op = await_equal(1, 1)(got);
    op.timed = true;
    return op;
  };
  Thread polls(40, sleep_until_set);
  for (std::uint32_t bound = 0; bound < 3; ++bound) {
    const Ran ran = run({{}, polls, {timed, store(0, 1)}}, bound, models::SequentialConsistency());
    bool seen = false;
    for (const std::vector<Values>& outcome : ran.outcomes) {
      seen = seen || std::find(outcome[1].begin(), outcome[1].end(), 1U) != outcome[1].end();
    }
    EXPECT_TRUE(seen) << bound;
  }
}

TEST(Bounded, EndsByItselfWhenTheBoundLeavesNothingOut) {
  const Ran ran = run({{}, {store(0, 1)}, {load(0)}}, Bounded::no_bound, models::Rc11());
  EXPECT_GT(ran.completed, 0);
  EXPECT_EQ(ran.outcomes.size(), 2U);
}

TEST(Bounded, NoScheduleCostsMoreThanTheBoundAndEachBoundHasMore) {
  const Program program = {
      {}, {load(0), store_next(0), load(1)}, {load(1), store_next(1), load(0)}, {load(0)}};
  std::uint64_t before = 0;
  for (std::uint32_t bound = 0; bound < 4; ++bound) {
    const Ran ran = run(program, bound, models::Rc11());
    EXPECT_EQ(ran.costliest, bound);
    EXPECT_EQ(ran.completed, bound);
    EXPECT_GT(ran.executions, before);
    before = ran.executions;
  }
}

}  // namespace
}  // namespace heddle::test
