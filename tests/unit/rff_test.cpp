// RFF keeps abstract schedules that show new reads-from pairs, and its constraints steer executions.

#include "checker/explore/random/rff.hpp"

#include <gtest/gtest.h>

#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::RandomExplorer;

// Accesses are told apart by their instruction, so that each step needs one.
Step at(std::uintptr_t pc, const Step& step) {
  return [=](const Values& got) {
    kernel::Operation op = step(got);
    op.site.pc = pc;
    return op;
  };
}

// Mean number of executions until `found` says so, over seeds; beyond `most` counts as `most`.
template <class S, class Found>
double executions_until(const std::vector<Thread>& program, Found&& found) {
  constexpr unsigned seeds = 10;
  constexpr unsigned most = 20'000;
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    models::SequentialConsistency model;
    S strategy(seed);
    RandomExplorer explorer(model, strategy, {.max_executions = most});
    ScriptHost host(program);
    unsigned executions = 0;
    while (explorer.next_execution()) {
      ++executions;
      host.run(explorer);
      if (found(host.outcome())) break;
    }
    sum += executions;
  }
  return sum / seeds;
}

// Many threads set a and then b; one must read the new a and the old b, which takes all of them to stop half
// way or not to have begun. Two reads-from constraints say just that.
TEST(Rff, MeetsTwoConstraintsThatPosHardlyMeets) {
  std::vector<Thread> program(10, Thread{at(1, store(0, 1)), at(2, store(1, 1))});
  program[0] = {};
  program.push_back({at(3, load(0)), at(4, load(1))});
  const auto found = [](const std::vector<Values>& got) { return got.back() == Values({1, 0}); };
  const double with = executions_until<explore::Rff>(program, found);
  const double without = executions_until<explore::Pos>(program, found);
  EXPECT_LT(with * 10, without);
}

TEST(Rff, CountsPairsOnceAndKeepsTheSchedulesThatShowThem) {
  models::Rc11 model;
  explore::Rff strategy(1);
  RandomExplorer explorer(model, strategy, {.max_executions = 2000});
  // Each of two loads reads the initial value or one of two stores: six pairs in all.
  ScriptHost host({{}, {at(1, store(0, 1)), at(2, store(0, 2))}, {at(3, load(0)), at(4, load(0))}});
  while (explorer.next_execution()) ASSERT_EQ(host.run(explorer), Ending::complete);
  EXPECT_EQ(strategy.pairs_seen(), 6U);
  EXPECT_GT(strategy.kept(), 1U);
  EXPECT_LE(strategy.kept(), 7U);  // one for each at most, and the empty one
}

// A constraint that cannot be met makes a thread wait for one that waits for it.
TEST(Rff, EndsExecutionsWhoseConstraintsCannotBeMet) {
  models::Rc11 model;
  explore::Rff strategy(1);
  RandomExplorer explorer(model, strategy, {.max_events = 20'000, .max_executions = 3000});
  ScriptHost host({{},
                   {at(1, load(0)), at(2, store(1, 1))},
                   {at(3, await_equal(1, 1)), at(4, store(0, 1))},
                   {at(5, load(0)), at(6, load(1))}});
  while (explorer.next_execution()) ASSERT_EQ(host.run(explorer), Ending::complete);
}

}  // namespace
}  // namespace heddle::test
