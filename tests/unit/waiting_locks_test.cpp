// Locks that were overtaken wait outside the graph: the same complete executions as with revisits, and the
// same deadlocks, on random programs with nested locks and with attempts to lock, which rule it out.
#include <gtest/gtest.h>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/kernel/random.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"
#include "tests/unit/explore_outcomes.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::ExhaustiveOptions;
using kernel::LocationId;
using kernel::Operation;

constexpr LocationId first_mutex = 10;

// Answers 0 if the mutex was free, and is taken then.
Step try_lock(LocationId x) {
  return [=](const Values&) {
    Operation op = load_of(x, kernel::Order::acquire);
    op.kind = kernel::OperationKind::rmw;
    op.failure_order = kernel::Order::relaxed;
    op.update = kernel::update_compare_exchange<kernel::Value>;
    op.operand = 1;
    op.expected = 0;
    op.site.object_kind = kernel::ObjectKind::mutex;
    return op;
  };
}

// If the thread's `attempt`th value says that it has the mutex. Else a fence, which stands for nothing.
Step unlock_if_taken(LocationId x, std::size_t attempt) {
  return [=](const Values& got) {
    return got[attempt] == 0 ? unlock(x)(got) : fence(kernel::Order::acquire)(got);
  };
}

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  std::vector<Thread> make() {
    std::vector<Thread> program(1);
    const std::uint32_t threads = 2 + random_.below(2);
    for (std::uint32_t i = 0; i < threads; ++i) {
      program.emplace_back();
      got_ = 0;
      for (std::uint32_t section = 1 + random_.below(2); section > 0; --section)
        add_section(program.back(), 2);
    }
    return program;
  }

 private:
  void add_section(Thread& steps, std::uint32_t depth) {
    const LocationId mutex = first_mutex + random_.below(2);
    const bool attempt = random_.below(4) == 0;
    const std::size_t at = got_;
    if (depth == 2 || mutex != held_) {
      steps.push_back(attempt ? try_lock(mutex) : lock(mutex));
      ++got_;
      held_ = mutex;
      add_access(steps);
      if (depth > 1 && random_.below(3) == 0) add_section(steps, depth - 1);
      steps.push_back(attempt ? unlock_if_taken(mutex, at) : unlock(mutex));
    }
    if (random_.below(2) == 0) add_access(steps);
  }

  void add_access(Thread& steps) {
    const LocationId x = random_.below(2);
    switch (random_.below(4)) {
      case 0:
        steps.push_back(load(x));
        ++got_;
        break;
      case 1:
        steps.push_back(store(x, 1 + random_.below(2)));
        break;
      case 2:
        steps.push_back(add(x, 1));
        ++got_;
        break;
      default:
        break;
    }
  }

  kernel::Random random_;
  std::size_t got_ = 0;  // values the thread gets
  LocationId held_ = 0;
};

void compare_on_random_programs(models::Model& model, std::uint64_t first_seed, std::uint64_t programs) {
  std::uint64_t all_stale = 0;
  std::uint64_t stale = 0;
  std::uint64_t deadlocks = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + programs; ++seed) {
    const std::vector<Thread> program = RandomProgram(seed).make();
    ExhaustiveOptions options;
    options.reductions.waiting_locks = false;
    options.max_executions = 5'000;
    const Explored all = explore_all(model, program, options);
    if (all.counts.executions >= options.max_executions) continue;
    for (const std::uint64_t shuffle : {std::uint64_t{0}, seed + 1}) {
      ExhaustiveOptions reduced_options;
      reduced_options.shuffle_seed = shuffle;
      const Explored reduced = explore_all(model, program, reduced_options);
      ASSERT_EQ(reduced.outcomes, all.outcomes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.deadlocks, all.deadlocks) << model.name() << " seed " << seed;
      ASSERT_EQ(reduced.counts.blocked, all.counts.blocked) << model.name() << " seed " << seed;
      if (shuffle == 0) stale += reduced.counts.stale;
    }
    all_stale += all.counts.stale;
    deadlocks += all.deadlocks.size();
  }
  EXPECT_LT(stale, all_stale);
  EXPECT_GT(deadlocks, 0U);
}

TEST(WaitingLocks, OutcomesOfRandomProgramsStayUnderRc11) {
  models::Rc11 model;
  compare_on_random_programs(model, 1, 400);
}

TEST(WaitingLocks, OutcomesOfRandomProgramsStayUnderSc) {
  models::SequentialConsistency model;
  compare_on_random_programs(model, 5001, 200);
}

TEST(WaitingLocks, OutcomesOfRandomProgramsStayUnderTso) {
  models::Tso model;
  compare_on_random_programs(model, 9001, 200);
}

}  // namespace
}  // namespace heddle::test
