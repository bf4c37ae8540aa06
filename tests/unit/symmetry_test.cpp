// Exploring one order of interchangeable threads: the same outcomes but for the threads' names, the same
// verdicts, never more executions.
#include <gtest/gtest.h>

#include <algorithm>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/kernel/random.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::ExhaustiveExplorer;
using explore::ExhaustiveOptions;

// Threads [first, end) do the same.
struct Group {
  std::size_t first = 0;
  std::size_t end = 0;
};

struct Program {
  std::vector<Thread> threads;
  Group alike;
  Group more_alike;  // a second group, which is not reduced
};

struct Explored {
  explore::Counts counts;
  std::set<std::vector<Values>> outcomes;  // with the values of threads that are alike sorted
  bool deadlock = false;
};

Explored explore_all(models::Model& model, const Program& program, const ExhaustiveOptions& options) {
  ExhaustiveExplorer explorer(model, options);
  ScriptHost host(program.threads);
  for (const Group& group : {program.alike, program.more_alike}) {
    for (std::size_t t = group.first + 1; t < group.end; ++t) host.is_like_the_one_before(t);
  }
  Explored result;
  const auto seen = [&](Ending ending) {
    if (ending == Ending::blocked && explore::is_deadlock(explorer.blocked_threads())) result.deadlock = true;
    if (ending != Ending::complete) return;
    std::vector<Values> outcome = host.outcome();
    for (const Group& group : {program.alike, program.more_alike}) {
      std::sort(outcome.begin() + static_cast<std::ptrdiff_t>(group.first),
                outcome.begin() + static_cast<std::ptrdiff_t>(group.end));
    }
    result.outcomes.insert(outcome);
  };
  explore_each(explorer, host, seen, [&] { result = {}; });
  result.counts = explorer.counts();
  return result;
}

ExhaustiveOptions with_symmetry(bool on, std::uint64_t shuffle = 0) {
  ExhaustiveOptions options;
  options.reductions.symmetry = on;
  options.shuffle_seed = shuffle;
  return options;
}

Program identical(std::size_t n, const Thread& thread) {
  Program program;
  program.threads.resize(1);
  program.threads.insert(program.threads.end(), n, thread);
  program.alike = {1, n + 1};
  return program;
}

TEST(Symmetry, OneOrderOfIncrementsIsEnough) {
  models::Rc11 model;
  for (std::size_t n = 2; n <= 8; ++n) {
    EXPECT_EQ(explore_all(model, identical(n, {add(0, 1)}), with_symmetry(true)).counts.complete, 1U);
  }
}

TEST(Symmetry, OneOrderOfCriticalSectionsIsEnough) {
  models::Rc11 model;
  const Thread section = {lock(0), load(1), store_next(1), unlock(0)};
  for (std::size_t n = 2; n <= 8; ++n) {
    const Explored all = explore_all(model, identical(n, section), with_symmetry(true));
    EXPECT_EQ(all.counts.complete, 1U);
    EXPECT_EQ(all.counts.blocked, 0U);
  }
}

TEST(Symmetry, ReadersOfOneStoreReadItFromSomeThreadOn) {
  models::Rc11 model;
  Program program = identical(6, {load(0)});
  program.threads.push_back({store(0, 1)});
  EXPECT_EQ(explore_all(model, program, with_symmetry(true)).counts.complete, 7U);
}

// T1 can read what T2 stored, and T2 what T1 stored: the two are one execution, and one of them must remain.
TEST(Symmetry, ThreadsMayReadFromEachOther) {
  models::Rc11 model;
  const Program program = identical(2, {load(0), store(0, 1), store(0, 2)});
  const Explored all = explore_all(model, program, with_symmetry(false));
  const Explored reduced = explore_all(model, program, with_symmetry(true));
  EXPECT_EQ(reduced.outcomes, all.outcomes);
  EXPECT_LT(reduced.counts.complete, all.counts.complete);
}

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  Program make() {
    Program program;
    program.threads.push_back(random_.below(3) == 0 ? thread(2) : Thread{});
    if (random_.below(2) == 0) program.threads.push_back(thread(2));
    program.alike = add_group(program, 2 + random_.below(2), 3);
    if (random_.below(4) == 0) program.more_alike = add_group(program, 2, 1);
    if (program.threads.size() < 5 && random_.below(2) == 0) program.threads.push_back(thread(2));
    return program;
  }

 private:
  Group add_group(Program& program, std::size_t size, std::uint32_t steps) {
    const std::size_t first = program.threads.size();
    program.threads.insert(program.threads.end(), size, thread(steps));
    return {first, first + size};
  }

  Thread thread(std::uint32_t steps_max) {
    Thread steps;
    if (random_.below(8) == 0) steps.push_back(fence(kernel::Order::seq_cst));
    const std::uint32_t count = 1 + random_.below(steps_max);
    for (std::uint32_t i = 0; i < count; ++i) add_step(steps);
    return steps;
  }

  void add_step(Thread& steps) {
    const kernel::LocationId x = random_.below(2);
    switch (random_.below(8)) {
      case 0:
      case 1:
        steps.push_back(load(x, order()));
        break;
      case 2:
      case 3:
        steps.push_back(store(x, 1 + random_.below(3), order()));
        break;
      case 4:
      case 5:
        steps.push_back(add(x, 1 + random_.below(2), order()));
        break;
      case 6:
        steps.push_back(await_equal(x, random_.below(3), order()));
        break;
      default:
        steps.push_back(lock(2));
        steps.push_back(random_.below(2) == 0 ? load(x, order()) : store(x, 4, order()));
        steps.push_back(unlock(2));
        break;
    }
  }

  kernel::Order order() {
    const kernel::Order orders[] = {kernel::Order::relaxed, kernel::Order::relaxed, kernel::Order::acquire,
                                    kernel::Order::release, kernel::Order::seq_cst};
    return orders[random_.below(5)];
  }

  kernel::Random random_;
};

void compare_on_random_programs(models::Model& model, std::uint64_t first_seed, std::uint64_t programs) {
  std::uint64_t all_executions = 0;
  std::uint64_t reduced_executions = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + programs; ++seed) {
    const Program program = RandomProgram(seed).make();
    ExhaustiveOptions bounded = with_symmetry(false);
    bounded.max_executions = 2'000;
    const Explored all = explore_all(model, program, bounded);
    if (all.counts.executions >= bounded.max_executions) continue;
    for (const std::uint64_t shuffle : {std::uint64_t{0}, seed + 1}) {
      const Explored reduced = explore_all(model, program, with_symmetry(true, shuffle));
      ASSERT_EQ(reduced.outcomes, all.outcomes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.deadlock, all.deadlock) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_LE(reduced.counts.complete, all.counts.complete) << model.name() << " seed " << seed;
      if (shuffle == 0) reduced_executions += reduced.counts.complete;
    }
    all_executions += all.counts.complete;
  }
  EXPECT_LT(reduced_executions * 3, all_executions * 2);
}

TEST(Symmetry, OutcomesOfRandomProgramsStayUnderRc11) {
  models::Rc11 model;
  compare_on_random_programs(model, 1, 400);
}

TEST(Symmetry, OutcomesOfRandomProgramsStayUnderSc) {
  models::SequentialConsistency model;
  compare_on_random_programs(model, 5001, 200);
}

TEST(Symmetry, OutcomesOfRandomProgramsStayUnderTso) {
  models::Tso model;
  compare_on_random_programs(model, 9001, 200);
}

}  // namespace
}  // namespace heddle::test
