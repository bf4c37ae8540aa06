// Arriving at barriers together: the same outcomes and verdicts as with arrivals in all orders, and the
// numbers of executions one can work out.
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
using kernel::LocationId;
using kernel::Operation;
using kernel::Updated;
using kernel::Value;

// As in frontend/barrier.cpp: the generation in the high half, how many have arrived in the low half.
constexpr Value destroyed = ~Value{0};
Updated arrive(Value old, Value parties, Value) {
  if (old == destroyed) return {old, false};
  if ((old & 0xffffffffU) + 1 == parties) return {((old >> 32) + 1) << 32, true};
  return {old + 1, true};
}
bool is_later(Value value, Value generation) { return value >> 32 != generation; }
Updated destroy_unused(Value old, Value, Value) { return {destroyed, (old & 0xffffffffU) == 0}; }

// A thread's wait at a barrier: what it gets is normalised by `observed`.
void add_wait(Thread& thread, LocationId barrier, Value parties, bool last_matters) {
  thread.push_back([=](const Values&) {
    Operation op = load_of(barrier, kernel::Order::acq_rel);
    op.kind = kernel::OperationKind::rmw;
    op.update = arrive;
    op.operand = parties;
    op.parties = static_cast<std::uint16_t>(parties);
    op.last_matters = last_matters;
    op.site.object_kind = kernel::ObjectKind::barrier;
    return op;
  });
  // The last goes on at once; a read that awaits nothing keeps the list of steps the same for all.
  thread.push_back([=](const Values& got) {
    const bool last = got.back() == destroyed || (got.back() & 0xffffffffU) + 1 == parties;
    Operation op = load_of(last ? 1000 : barrier, last ? kernel::Order::relaxed : kernel::Order::acquire);
    if (!last) {
      op.accepts = is_later;
      op.accepts_argument = got.back() >> 32;
    }
    return op;
  });
}

struct Program {
  std::vector<Thread> threads;
  // For each thread and value it gets: 0 as it is; 1 an arrival of `parties` whose last matters; 2 one whose
  // last does not; 3 what the wait after it read; 4 a destruction.
  std::vector<std::vector<int>> roles;
  Value parties = 0;
  bool alike = false;  // all threads but the first are interchangeable
};

// What the program can know: who was last where that matters, of waits nothing.
std::vector<Values> observed(const Program& program, std::vector<Values> got) {
  for (std::size_t t = 0; t < got.size(); ++t) {
    for (std::size_t i = 0; i < got[t].size(); ++i) {
      const int role = i < program.roles[t].size() ? program.roles[t][i] : 0;
      Value& v = got[t][i];
      if (role == 1) v = v == destroyed ? destroyed : (v & 0xffffffffU) + 1 == program.parties;
      if (role == 2) v = v == destroyed ? destroyed : 0;
      if (role == 3) v = 0;
      if (role == 4) v = v == destroyed ? destroyed : (v & 0xffffffffU) != 0;
    }
  }
  return got;
}

struct Explored {
  explore::Counts counts;
  std::set<std::vector<Values>> outcomes;
  std::set<std::vector<kernel::ThreadId>> stuck;  // who waits for ever; if the threads are alike, how many
  bool reduced = true;
};

Explored explore_all(models::Model& model, const Program& program, const ExhaustiveOptions& options) {
  ExhaustiveExplorer explorer(model, options);
  ScriptHost host(program.threads);
  for (std::size_t t = 2; program.alike && t < program.threads.size(); ++t) host.is_like_the_one_before(t);
  Explored result;
  const auto seen = [&](Ending ending) {
    if (ending == Ending::complete) {
      std::vector<Values> outcome = observed(program, host.outcome());
      if (program.alike) std::sort(outcome.begin() + 1, outcome.end());
      result.outcomes.insert(outcome);
    }
    if (ending != Ending::blocked || !explore::is_deadlock(explorer.blocked_threads())) return;
    std::vector<kernel::ThreadId> stuck;
    for (const explore::BlockedThread& b : explorer.blocked_threads())
      stuck.push_back(program.alike && b.thread != 0 ? 1 : b.thread);
    result.stuck.insert(stuck);
  };
  explore_each(explorer, host, seen, [&] { result = {}; });
  result.counts = explorer.counts();
  result.reduced = !explorer.ground().ordered_barriers;
  return result;
}

ExhaustiveOptions with_barriers(bool on, std::uint64_t shuffle = 0) {
  ExhaustiveOptions options;
  options.reductions = on ? explore::Reductions() : explore::no_reductions;
  options.reductions.unread = false;
  options.shuffle_seed = shuffle;
  return options;
}

constexpr LocationId barrier = 50;

Program meeting(Value threads, Value parties, int phases, bool last_matters) {
  Program program;
  program.parties = parties;
  Thread thread;
  for (int i = 0; i < phases; ++i) add_wait(thread, barrier, parties, last_matters);
  program.threads.resize(1);
  program.threads.insert(program.threads.end(), threads, thread);
  program.roles.resize(program.threads.size());
  for (std::size_t t = 1; t <= threads; ++t) {
    for (int i = 0; i < phases; ++i) {
      program.roles[t].push_back(last_matters ? 1 : 2);
      program.roles[t].push_back(3);
    }
  }
  return program;
}

std::uint64_t power(std::uint64_t base, int exponent) {
  return exponent == 0 ? 1 : base * power(base, exponent - 1);
}
std::uint64_t factorial(std::uint64_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

TEST(Gathering, OneExecutionWhereNobodyLooks) {
  models::Rc11 model;
  for (Value n = 1; n <= 8; ++n) {
    for (int phases = 1; phases <= 3; ++phases) {
      const Explored found = explore_all(model, meeting(n, n, phases, false), with_barriers(true));
      EXPECT_EQ(found.counts.complete, 1U) << n << " threads, " << phases << " phases";
      EXPECT_EQ(found.counts.blocked, 0U);
      EXPECT_TRUE(found.reduced);
    }
  }
}

TEST(Gathering, OneExecutionForEachThreadThatMayBeLast) {
  models::Rc11 model;
  for (Value n = 1; n <= 6; ++n) {
    for (int phases = 1; phases <= 3; ++phases) {
      const Explored found = explore_all(model, meeting(n, n, phases, true), with_barriers(true));
      EXPECT_EQ(found.counts.complete, power(n, phases)) << n << " threads, " << phases << " phases";
      EXPECT_EQ(found.outcomes.size(), power(n, phases));
      EXPECT_EQ(found.counts.blocked, 0U);
    }
  }
}

TEST(Gathering, AllOrdersWithoutIt) {
  models::Rc11 model;
  for (Value n = 1; n <= 6; ++n) {
    EXPECT_EQ(explore_all(model, meeting(n, n, 1, true), with_barriers(false)).counts.complete, factorial(n));
  }
  // Whoever waits may learn of the first phase from an arrival in the second: 22 ways for each order of the
  // first.
  EXPECT_EQ(explore_all(model, meeting(3, 3, 2, false), with_barriers(false)).counts.complete, 6U * 22U);
}

// One execution, whatever the orders: nobody gets through.
TEST(Gathering, TooFewThreadsWaitForEver) {
  models::Rc11 model;
  for (Value n = 1; n <= 4; ++n) {
    const Explored found = explore_all(model, meeting(n, n + 1, 1, true), with_barriers(true));
    EXPECT_EQ(found.counts.complete, 0U);
    EXPECT_EQ(found.counts.blocked, 1U);
    ASSERT_EQ(found.stuck.size(), 1U);
    EXPECT_EQ(found.stuck.begin()->size(), n);
  }
}

// Who meets is a choice then, and all orders are explored.
TEST(Gathering, OneThreadTooManyTurnsItOff) {
  models::Rc11 model;
  const Program program = meeting(4, 2, 1, true);
  const Explored reduced = explore_all(model, program, with_barriers(true));
  const Explored all = explore_all(model, program, with_barriers(false));
  EXPECT_FALSE(reduced.reduced);
  EXPECT_EQ(reduced.counts.complete, all.counts.complete);
  EXPECT_EQ(reduced.outcomes, all.outcomes);
}

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  Program make(bool alike) {
    Program program;
    program_ = &program;
    program.alike = alike;
    program.parties = 2 + random_.below(2);
    const std::size_t users =
        program.parties + (random_.below(4) == 0 ? 1 : 0) - (random_.below(6) == 0 ? 1 : 0);
    program.threads.resize(1 + users);
    program.roles.resize(program.threads.size());
    const bool main_takes_part = random_.below(4) == 0;
    const std::uint32_t phases = 1 + random_.below(2);
    for (std::size_t t = 0; t < program.threads.size(); ++t) {
      if (alike && t > 1) {
        program.threads[t] = program.threads[1];
        program.roles[t] = program.roles[1];
        continue;
      }
      const bool waits = t == 0 ? main_takes_part : alike || !(main_takes_part && t == 1);
      for (std::uint32_t phase = 0; waits && phase < phases; ++phase) {
        add_steps(t, 2);
        if (random_.below(12) != 0) add_barrier(t);
      }
      add_steps(t, 1 + random_.below(2));
    }
    if (random_.below(3) == 0)
      add_destruction(alike ? 0 : random_.below(static_cast<std::uint32_t>(program.threads.size())));
    return program;
  }

 private:
  void add_barrier(std::size_t t) {
    const bool matters = random_.below(2) == 0;
    add_wait(program_->threads[t], barrier, program_->parties, matters);
    program_->roles[t].insert(program_->roles[t].end(), {matters ? 1 : 2, 3});
  }

  void add_destruction(std::size_t t) {
    program_->threads[t].push_back([](const Values&) {
      Operation op = load_of(barrier, kernel::Order::acq_rel);
      op.kind = kernel::OperationKind::rmw;
      op.update = destroy_unused;
      op.destroys = true;
      op.site.object_kind = kernel::ObjectKind::barrier;
      return op;
    });
    program_->roles[t].push_back(4);
  }

  void add_steps(std::size_t t, std::uint32_t most) {
    Thread& steps = program_->threads[t];
    std::vector<int>& roles = program_->roles[t];
    for (std::uint32_t i = random_.below(most + 1); i > 0; --i) {
      const LocationId x = random_.below(2);
      switch (random_.below(7)) {
        case 0:
        case 1:
          steps.push_back(load(x, order()));
          roles.push_back(0);
          break;
        case 2:
        case 3:
          steps.push_back(store(x, 1 + random_.below(3), order()));
          break;
        case 4:
          steps.push_back(add(x, 1, order()));
          roles.push_back(0);
          break;
        case 5:
          steps.push_back(fence(kernel::Order::seq_cst));
          break;
        default:
          steps.push_back(await_equal(x, random_.below(2), order()));
          roles.push_back(0);
          break;
      }
    }
  }

  kernel::Order order() {
    const kernel::Order orders[] = {kernel::Order::relaxed, kernel::Order::acquire, kernel::Order::release,
                                    kernel::Order::seq_cst};
    return orders[random_.below(4)];
  }

  kernel::Random random_;
  Program* program_ = nullptr;
};

void compare_on_random_programs(models::Model& model, std::uint64_t first_seed, std::uint64_t programs,
                                bool alike = false) {
  std::uint64_t all_executions = 0;
  std::uint64_t reduced_executions = 0;
  std::uint64_t reduced_programs = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + programs; ++seed) {
    const Program program = RandomProgram(seed).make(alike);
    ExhaustiveOptions bounded = with_barriers(false);
    bounded.max_executions = 5'000;
    const Explored all = explore_all(model, program, bounded);
    if (all.counts.executions >= bounded.max_executions) continue;
    std::uint64_t executions = 0;
    for (const std::uint64_t shuffle : {std::uint64_t{0}, seed + 1}) {
      const Explored reduced = explore_all(model, program, with_barriers(true, shuffle));
      ASSERT_EQ(reduced.outcomes, all.outcomes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.stuck, all.stuck) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_LE(reduced.counts.complete, all.counts.complete) << model.name() << " seed " << seed;
      if (shuffle != 0) {
        ASSERT_EQ(reduced.counts.complete, executions) << model.name() << " seed " << seed;
      }
      executions = reduced.counts.complete;
      if (shuffle == 0 && reduced.reduced) ++reduced_programs;
    }
    reduced_executions += executions;
    all_executions += all.counts.complete;
  }
  EXPECT_GT(reduced_programs * 2, programs);
  EXPECT_LT(reduced_executions * 3, all_executions * 2);
}

TEST(Gathering, OutcomesOfRandomProgramsStayUnderRc11) {
  models::Rc11 model;
  compare_on_random_programs(model, 1, 600);
}

TEST(Gathering, OutcomesOfRandomProgramsStayUnderSc) {
  models::SequentialConsistency model;
  compare_on_random_programs(model, 5001, 300);
}

TEST(Gathering, OutcomesOfRandomProgramsStayUnderTso) {
  models::Tso model;
  compare_on_random_programs(model, 9001, 300);
}

TEST(Gathering, GoesTogetherWithSymmetry) {
  models::Rc11 model;
  compare_on_random_programs(model, 20'001, 400, true);
  Program program = meeting(6, 6, 3, true);
  program.alike = true;
  EXPECT_EQ(explore_all(model, program, with_barriers(true)).counts.complete, 1U * 6 * 6);
}

// Said to be alike, the second waits for the first, which is at the barrier and waits for the second.
TEST(Gathering, HoldsNobodyWhomSymmetryWaitsFor) {
  models::Rc11 model;
  Program program = meeting(2, 2, 1, false);
  program.threads[2].insert(program.threads[2].begin(), load(0));
  program.roles[2].insert(program.roles[2].begin(), 0);
  const Explored apart = explore_all(model, program, with_barriers(true));
  program.alike = true;
  const Explored alike = explore_all(model, program, with_barriers(true));
  EXPECT_TRUE(apart.reduced);
  EXPECT_FALSE(alike.reduced);
  EXPECT_EQ(alike.outcomes, apart.outcomes);
}

}  // namespace
}  // namespace heddle::test
