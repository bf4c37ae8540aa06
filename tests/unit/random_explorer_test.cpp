#include "checker/explore/random/random_explorer.hpp"

#include <gtest/gtest.h>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/random/pct.hpp"
#include "checker/explore/random/portfolio.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/random_walk.hpp"
#include "checker/explore/random/replay.hpp"
#include "checker/explore/random/rff.hpp"
#include "checker/explore/random/script.hpp"
#include "checker/explore/random/surw.hpp"
#include "checker/explore/random/urw.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::RandomExplorer;
using explore::RandomOptions;

using Outcomes = std::set<std::vector<Values>>;

// Weak outcomes, locks, choices and coherence in one program.
const std::vector<Thread> mixed = {
    {store(0, 1), load(1)},
    {store(1, 1), load(0), lock(2), load(3), store_next(3), unlock(2)},
    {choose(2), lock(2), load(3), store_next(3), unlock(2)},
};

Outcomes all_outcomes(const std::vector<Thread>& program) {
  models::Rc11 model;
  explore::ExhaustiveExplorer explorer(model, {});
  ScriptHost host(program);
  Outcomes outcomes;
  while (explorer.next_execution()) {
    if (host.run(explorer) == Ending::complete) outcomes.insert(host.outcome());
  }
  return outcomes;
}

template <class S>
S make_strategy() {
  if constexpr (std::is_same_v<S, explore::Pct>) {
    return S(1, 3);
  } else {
    return S(1);
  }
}

template <class S>
class EveryStrategy : public testing::Test {};
using Strategies = testing::Types<explore::RandomWalk, explore::Pct, explore::Pos, explore::Surw,
                                  explore::Urw, explore::Rff, explore::Portfolio>;
TYPED_TEST_SUITE(EveryStrategy, Strategies);

TYPED_TEST(EveryStrategy, ReachesExactlyWhatTheExhaustiveSearchFinds) {
  models::Rc11 model;
  auto strategy = make_strategy<TypeParam>();
  RandomExplorer explorer(model, strategy, {.max_executions = 5000});
  ScriptHost host(mixed);
  Outcomes outcomes;
  while (explorer.next_execution()) {
    ASSERT_EQ(host.run(explorer), Ending::complete);
    outcomes.insert(host.outcome());
  }
  EXPECT_EQ(outcomes, all_outcomes(mixed));
}

// Waits that may time out at once, and one that slept: what it does next may come before what others do,
// however long it waited.
TYPED_TEST(EveryStrategy, TimedWaitsTimeOutAndSleepersMayBeFirst) {
  const auto sleep = [](const Values&) {
    kernel::Operation op;
    op.kind = kernel::OperationKind::choose;
    op.operand = 1;
    op.yields = true;
    return op;
  };
  const auto timed = [](const Values& got) {
    kernel::Operation op = await_equal(0, 1)(got);
    op.timed = true;
    return op;
  };
  const std::vector<Thread> program = {
      {}, {store(1, 1), store(1, 2), store(0, 1)}, {timed, load(1)}, {sleep, load(1)}};
  models::SequentialConsistency model;
  auto strategy = make_strategy<TypeParam>();
  RandomExplorer explorer(model, strategy, {.max_executions = 3000});
  ScriptHost host(program);
  std::set<Values> after_wait;
  std::set<Values> after_sleep;
  while (explorer.next_execution()) {
    ASSERT_EQ(host.run(explorer), Ending::complete);
    after_wait.insert(host.outcome()[2]);
    after_sleep.insert(host.outcome()[3]);
  }
  // Timed out (0) before, between and after the stores; or woken (1).
  EXPECT_EQ(after_wait, (std::set<Values>{{0, 0}, {0, 1}, {0, 2}, {1, 2}}));
  EXPECT_EQ(after_sleep, (std::set<Values>{{0, 0}, {0, 1}, {0, 2}}));
}

TYPED_TEST(EveryStrategy, RepeatsItselfGivenTheSameSeed) {
  std::vector<std::vector<std::vector<Values>>> runs;
  for (int i = 0; i < 2; ++i) {
    models::Rc11 model;
    auto strategy = make_strategy<TypeParam>();
    RandomExplorer explorer(model, strategy, {.max_executions = 200});
    ScriptHost host(mixed);
    auto& outcomes = runs.emplace_back();
    while (explorer.next_execution()) {
      host.run(explorer);
      outcomes.push_back(host.outcome());
    }
  }
  EXPECT_EQ(runs[0], runs[1]);
}

TYPED_TEST(EveryStrategy, EveryExecutionIsRepeatedByItsSchedule) {
  models::Rc11 model;
  auto strategy = make_strategy<TypeParam>();
  RandomExplorer explorer(model, strategy, {.max_executions = 300});
  ScriptHost host(mixed);
  while (explorer.next_execution()) {
    host.run(explorer);
    explore::Schedule schedule;
    explorer.schedule(schedule);
    explore::Replay replay;
    replay.follow(schedule);
    RandomExplorer again(model, replay, {});
    ScriptHost second(mixed);
    ASSERT_TRUE(again.next_execution());
    second.run(again);
    EXPECT_EQ(second.outcome(), host.outcome());
    EXPECT_EQ(replay.unusable(), 0U);
  }
}

TEST(Exhaustive, EveryExecutionIsRepeatedByItsSchedule) {
  models::Rc11 model;
  explore::ExhaustiveExplorer explorer(model, {});
  ScriptHost host(mixed);
  while (explorer.next_execution()) {
    if (host.run(explorer) != Ending::complete) continue;
    explore::Schedule schedule;
    explorer.schedule(schedule);
    explore::Replay replay;
    replay.follow(schedule);
    RandomExplorer again(model, replay, {});
    ScriptHost second(mixed);
    ASSERT_TRUE(again.next_execution());
    second.run(again);
    EXPECT_EQ(second.outcome(), host.outcome());
  }
}

TEST(RandomExplorer, LongExecutionsForgetAndStayCoherent) {
  models::Rc11 model;
  explore::RandomWalk walk(3);
  RandomExplorer explorer(model, walk, {.max_executions = 3, .history_max = 64});
  Thread writer;
  for (kernel::Value v = 1; v <= 1000; ++v) writer.push_back(store(0, v, kernel::Order::release));
  Thread reader;
  for (int i = 0; i < 1000; ++i) reader.push_back(load(0, kernel::Order::acquire));
  ScriptHost host({{}, writer, reader, reader});
  while (explorer.next_execution()) {
    ASSERT_EQ(host.run(explorer), Ending::complete);
    for (const Values& got : host.outcome()) EXPECT_TRUE(std::is_sorted(got.begin(), got.end()));
  }
}

// A thread that could have locked when it arrived may find the lock taken when its turn comes.
TEST(RandomExplorer, ALockIsHeldByOneThreadUnderSequentialConsistency) {
  models::SequentialConsistency model;
  explore::RandomWalk strategy(1);
  RandomExplorer explorer(model, strategy, {.max_executions = 500});
  const Thread locked = {lock(0), load(1), store_next(1), unlock(0)};
  ScriptHost host({{}, locked, locked, locked});
  while (explorer.next_execution()) {
    ASSERT_EQ(host.run(explorer), Ending::complete);
    std::multiset<kernel::Value> counted;
    for (std::size_t t = 1; t <= 3; ++t) {
      EXPECT_EQ(host.outcome()[t][0], 0U);
      counted.insert(host.outcome()[t][1]);
    }
    EXPECT_EQ(counted, (std::multiset<kernel::Value>{0, 1, 2}));
  }
}

TEST(RandomExplorer, ADeadlockNamesItsThreads) {
  models::Rc11 model;
  explore::RandomWalk walk(1);
  RandomExplorer explorer(model, walk, {.max_executions = 200});
  ScriptHost host({{}, {lock(0), lock(1), unlock(1), unlock(0)}, {lock(1), lock(0), unlock(0), unlock(1)}});
  int deadlocks = 0;
  while (explorer.next_execution()) {
    if (host.run(explorer) != Ending::blocked) continue;
    ++deadlocks;
    ASSERT_EQ(explorer.blocked_threads().size(), 2U);
    EXPECT_TRUE(explore::is_deadlock(explorer.blocked_threads()));
  }
  EXPECT_GT(deadlocks, 0);
}

TEST(Schedule, SurvivesItsText) {
  explore::Schedule schedule;
  schedule.decisions.push_back({3, 1, 0});
  schedule.decisions.push_back({17, kernel::no_thread, 2});
  schedule.decisions.push_back({100'000, 255, 70'000});
  schedule.timeouts_are_choices = true;
  char text[256];
  ASSERT_GT(explore::encode_schedule(schedule, text, sizeof text), 0U);
  explore::Schedule back;
  ASSERT_TRUE(explore::decode_schedule(text, back));
  EXPECT_TRUE(back.timeouts_are_choices);
  ASSERT_EQ(back.decisions.size(), schedule.decisions.size());
  for (std::size_t i = 0; i < back.decisions.size(); ++i) {
    EXPECT_EQ(back.decisions[i].step, schedule.decisions[i].step);
    EXPECT_EQ(back.decisions[i].thread, schedule.decisions[i].thread);
    EXPECT_EQ(back.decisions[i].alternative, schedule.decisions[i].alternative);
  }
  schedule.timeouts_are_choices = false;
  ASSERT_GT(explore::encode_schedule(schedule, text, sizeof text), 0U);
  ASSERT_TRUE(explore::decode_schedule(text, back));
  EXPECT_FALSE(back.timeouts_are_choices);
}

TEST(Schedule, DamageIsNoticed) {
  explore::Schedule schedule;
  schedule.decisions.push_back({3, 1, 0});
  schedule.decisions.push_back({17, 2, 2});
  char text[256];
  const std::size_t length = explore::encode_schedule(schedule, text, sizeof text);
  explore::Schedule back;
  for (std::size_t i = 0; i + 1 < length; ++i) {
    std::string damaged(text);
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(explore::decode_schedule(damaged.c_str(), back)) << damaged;
  }
  EXPECT_FALSE(explore::decode_schedule("", back));
  EXPECT_FALSE(explore::decode_schedule("heddle1:", back));
  EXPECT_FALSE(explore::decode_schedule("heddle2:AAAA", back));
  EXPECT_EQ(explore::encode_schedule(schedule, text, 8), 0U);
}

// Fails when thread 2 reads 1 and thread 1 reads 0: needs one preemption.
class LostMessage : public explore::Attempt {
 public:
  bool fails(explore::Steps& steps) override { return outcome(steps) == explore::Without::same_bug; }
  explore::Without outcome(explore::Steps& steps) override {
    script_.follow(steps);
    EXPECT_TRUE(explorer_.next_execution());
    host_.run(explorer_);
    steps = explorer_.steps();
    const auto got = host_.outcome();
    const bool same = got[1] == Values{0, 0} && got[2] == Values{1};
    return same ? explore::Without::same_bug : explore::Without::passes;
  }
  bool out_of_time() override { return false; }
  LostMessage() { explorer_.record_steps(); }

 private:
  models::Rc11 model_;
  explore::Script script_;
  RandomExplorer explorer_{model_, script_, {}};
  ScriptHost host_{{{}, {load(1), store(0, 1), load(1)}, {load(0), store(1, 1)}}};
};

TEST(Minimise, LeavesOnlyTheNeededPreemption) {
  models::Rc11 model;
  explore::RandomWalk walk(5);
  RandomExplorer explorer(model, walk, {.max_executions = 1000});
  explorer.record_steps();
  ScriptHost host({{}, {load(1), store(0, 1), load(1)}, {load(0), store(1, 1)}});
  int minimised = 0;
  while (explorer.next_execution() && minimised < 20) {
    host.run(explorer);
    const auto outcome = host.outcome();
    if (outcome[1] != Values{0, 0} || outcome[2] != Values{1}) continue;
    ++minimised;
    explore::Steps steps = explorer.steps();
    LostMessage attempt;
    const explore::Minimised result = explore::minimise(steps, attempt, 500);
    EXPECT_LE(result.switches_after, 1U);
    EXPECT_LE(result.switches_after, result.switches_before);
    EXPECT_TRUE(attempt.fails(steps));
    // Whatever is left is needed: without it the same schedule passes.
    explore::Labels labels;
    explore::explain(steps, attempt, labels);
    std::size_t surprises = 0;
    for (const explore::Step& step : steps) surprises += step.alternative != 0 ? 1U : 0U;
    EXPECT_EQ(labels.size(), result.switches_after + surprises);
    for (const explore::Label& label : labels) {
      EXPECT_EQ(label.without, explore::Without::passes);
      EXPECT_TRUE(label.surprise ? steps[label.step].alternative != 0 : steps[label.step].preempts);
    }
  }
  EXPECT_GT(minimised, 0);
}

}  // namespace
}  // namespace heddle::test
