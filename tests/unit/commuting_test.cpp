// Counting whose result nobody uses is explored in one order: every execution but for these orders, once; the
// same outcomes, deadlocks and happens-before as with all orders, on random programs, and the numbers of
// executions one can work out.
#include <gtest/gtest.h>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/kernel/random.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"
#include "tests/unit/unordered_explore.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::ExhaustiveExplorer;
using explore::ExhaustiveOptions;
using kernel::Commutes;
using kernel::LocationId;
using kernel::Operation;
using kernel::Order;
using kernel::ThreadId;

struct Program {
  std::vector<Thread> threads = std::vector<Thread>(1);
  std::vector<std::set<std::size_t>> unused = std::vector<std::set<std::size_t>>(1);  // values a thread gets

  void add_thread() {
    threads.emplace_back();
    unused.emplace_back();
  }
};

Step count(LocationId x, Commutes sort, kernel::Value operand, Order order) {
  return [=](const Values&) {
    Operation op = add(x, operand, order)({});
    if (sort == Commutes::bit_or) op.update = kernel::update_or<kernel::Value>;
    if (sort == Commutes::bit_xor) op.update = kernel::update_xor<kernel::Value>;
    if (sort == Commutes::bit_and) op.update = kernel::update_and<kernel::Value>;
    op.commutes = sort;
    return op;
  };
}

Step join(ThreadId t) {
  return [=](const Values&) {
    Operation op = load_of(0, Order::acquire);
    op.location = t;
    op.accepts = kernel::accepts_equal;
    op.accepts_argument = 1;
    op.site.object_kind = kernel::ObjectKind::thread;
    return op;
  };
}

ExhaustiveOptions with_rmws(bool on, std::uint64_t shuffle = 0) {
  ExhaustiveOptions options;
  options.reductions = on ? explore::Reductions() : explore::no_reductions;
  options.reductions.unread = false;
  options.shuffle_seed = shuffle;
  return options;
}

using Explored = ExploredUnordered;
Explored explore_all(models::Model& model, const Program& program, const ExhaustiveOptions& options,
                     const explore::Ground& ground = {}) {
  return explore_unordered(model, program.threads, options, ground, program.unused);
}

Program counters(std::size_t n, Order order, bool read_after) {
  Program program;
  for (std::size_t i = 1; i <= n; ++i) {
    program.add_thread();
    program.threads.back() = {count(0, Commutes::add, i, order)};
    program.unused.back() = {0};
    if (read_after) program.threads[0].push_back(join(static_cast<ThreadId>(i)));
  }
  if (read_after) program.threads[0].push_back(load(0));
  return program;
}

TEST(Commuting, OneExecutionInsteadOfAllOrders) {
  models::Rc11 model;
  for (std::size_t n = 2; n <= 7; ++n) {
    for (const Order order : {Order::relaxed, Order::release}) {
      EXPECT_EQ(explore_all(model, counters(n, order, false), with_rmws(true)).counts.executions, 1U);
    }
    if (n > 6) continue;
    EXPECT_EQ(explore_all(model, counters(n, Order::relaxed, false), with_rmws(false)).counts.executions,
              factorial(n));
  }
}

TEST(Commuting, TheSumIsReadAfterJoining) {
  models::Rc11 model;
  for (std::size_t n = 2; n <= 7; ++n) {
    const Explored found = explore_all(model, counters(n, Order::relaxed, true), with_rmws(true));
    EXPECT_TRUE(found.reduced());
    EXPECT_EQ(found.counts.executions, 1U);
    ASSERT_EQ(found.outcomes.size(), 1U);
    EXPECT_EQ(found.outcomes.begin()->first[0].back(), n * (n + 1) / 2);
  }
}

void expect_same(const Program& program, bool reduced) {
  models::Rc11 model;
  const Explored found = explore_all(model, program, with_rmws(true));
  const Explored all = explore_all(model, program, with_rmws(false));
  EXPECT_EQ(found.reduced(), reduced);
  EXPECT_EQ(found.outcomes, all.outcomes);
  if (!reduced) {
    EXPECT_EQ(found.counts.executions, all.counts.executions);
  }
}

TEST(Commuting, WhoReadsInBetweenTurnsItOff) {
  Program program = counters(3, Order::relaxed, true);
  program.add_thread();
  program.threads.back() = {load(0)};
  expect_same(program, false);
}

TEST(Commuting, AnotherSortTurnsItOff) {
  Program program = counters(3, Order::relaxed, true);
  program.add_thread();
  program.threads.back() = {count(0, Commutes::bit_or, 9, Order::relaxed)};
  program.unused.back() = {0};
  expect_same(program, false);
}

TEST(Commuting, AFenceThatAcquiresTurnsItOff) {
  for (const Order order : {Order::acquire, Order::acq_rel, Order::seq_cst}) {
    Program program;
    for (int i = 0; i < 2; ++i) {
      program.add_thread();
      program.threads.back() = {count(0, Commutes::add, 1, Order::release), fence(order)};
      program.unused.back() = {0};
    }
    expect_same(program, false);
  }
}

TEST(Commuting, OtherThreadsMayHaveFencesThatAcquire) {
  Program program = counters(3, Order::release, true);
  program.add_thread();
  program.threads.back() = {load(1), fence(Order::acquire), load(2),
                            count(0, Commutes::add, 1, Order::release)};
  program.unused.back() = {2};
  program.threads[0].insert(program.threads[0].end() - 1, join(4));
  program.threads[1].push_back(store(2, 1));
  program.threads[1].push_back(store(1, 1, Order::release));
  expect_same(program, true);
}

// SC fences may ask for an order of the counting that po and rf rule out.
TEST(Commuting, ScFencesElsewhereTurnItOff) {
  Program program;
  for (int i = 0; i < 4; ++i) program.add_thread();
  program.threads[1] = {store(4, 1), fence(Order::seq_cst), count(0, Commutes::add, 1, Order::relaxed),
                        store(1, 1)};
  program.threads[2] = {load(1), store(2, 1)};
  program.threads[3] = {load(2), count(0, Commutes::add, 1, Order::relaxed), store(3, 1, Order::release)};
  program.threads[4] = {load(3, Order::acquire), fence(Order::seq_cst), load(4)};
  program.unused[1] = {0};
  program.unused[3] = {1};
  expect_same(program, false);
}

// Counting goes on when the first sum has been read.
TEST(Commuting, CountingInPhasesIsOrdered) {
  Program program = counters(3, Order::relaxed, true);
  program.threads[0].push_back(store(1, 1, Order::release));
  for (int i = 0; i < 3; ++i) {
    program.add_thread();
    program.threads.back() = {await_equal(1, 1), count(0, Commutes::add, 10, Order::relaxed)};
    program.unused.back() = {1};
    program.threads[0].push_back(join(static_cast<ThreadId>(4 + i)));
  }
  program.threads[0].push_back(load(0));
  models::Rc11 model;
  const Explored found = explore_all(model, program, with_rmws(true));
  EXPECT_EQ(found.counts.complete, 1U);
  EXPECT_EQ(explore_all(model, program, with_rmws(false)).counts.complete, 36U);
  expect_same(program, true);
}

// A thread counts only if it read nothing yet: what a revisit deletes is not known through the counting it
// keeps.
TEST(Commuting, WhatWasDeletedIsNotKnown) {
  const auto count_unless_read = [](const Values& got) {
    return got[0] == 0 ? count(0, Commutes::add, 1, Order::release)(got) : choose(1)(got);
  };
  Program program;
  program.add_thread();
  program.threads[1] = {load(1), count_unless_read, count_unless_read};
  program.unused[1] = {1, 2};
  program.add_thread();
  program.threads[2] = {count(0, Commutes::add, 1, Order::release), store(1, 1)};
  program.unused[2] = {0};
  program.threads[0] = {join(1), join(2), load(0, Order::acquire)};
  expect_same(program, true);
}

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  Program make() {
    Program program;
    for (std::uint32_t i = 2 + random_.below(2); i > 0; --i) program.add_thread();
    reads_ = random_.below(4) == 0;
    fences_ = random_.below(6);
    sort_ = static_cast<Commutes>(1 + random_.below(4));
    const bool joins = random_.below(2) == 0;
    for (std::size_t t = 0; t < program.threads.size(); ++t) {
      steps_ = &program.threads[t];
      unused_ = &program.unused[t];
      got_ = 0;
      const std::uint32_t steps = t == 0 ? random_.below(2) : 2 + random_.below(3);
      for (std::uint32_t i = 0; i < steps; ++i) add_step();
      for (ThreadId u = 1; t == 0 && joins && u < program.threads.size(); ++u) add_read(join(u));
      if (t == 0 && joins) add_uses();
    }
    return program;
  }

 private:
  static constexpr LocationId first_counter = 2;

  void add_read(const Step& step) {
    steps_->push_back(step);
    ++got_;
  }
  void add_count(LocationId x) {
    const Commutes sort = random_.below(40) == 0 ? static_cast<Commutes>(1 + random_.below(4)) : sort_;
    unused_->insert(got_);
    add_read(count(x, sort, 1 + random_.below(6), random_.below(2) == 0 ? Order::relaxed : Order::release));
  }
  void add_use(LocationId x) {
    switch (random_.below(3)) {
      case 0:
        return add_read(load(x, order()));
      case 1:
        return add_read(add(x, 1, order()));
      default:
        return steps_->push_back(store(x, random_.below(4), order()));
    }
  }
  void add_uses() {
    for (std::uint32_t i = 1 + random_.below(2); i > 0; --i) add_use(first_counter + random_.below(2));
    add_count(first_counter);
  }

  void add_step() {
    const LocationId x = random_.below(2);
    const LocationId counter = first_counter + random_.below(2);
    switch (random_.below(14)) {
      case 0:
      case 1:
        return add_read(load(x, order()));
      case 2:
      case 3:
        return steps_->push_back(store(x, 1 + random_.below(2), order()));
      case 4:
        return add_read(add(x, 1, order()));
      case 5:
        return add_read(await_equal(x, random_.below(2), order()));
      case 6:
        if (fences_ == 0) steps_->push_back(fence(Order::seq_cst));
        if (fences_ == 1) steps_->push_back(fence(random_.below(2) == 0 ? Order::acquire : Order::acq_rel));
        if (reads_) add_use(counter);
        return;
      case 7:  // all that was done before is known to whoever waits for it
        steps_->push_back(store(5, 1, Order::release));
        return;
      case 8:
        add_read(await_equal(5, 1, Order::acquire));
        return random_.below(2) == 0 ? add_use(counter) : add_count(counter);
      default:
        return add_count(counter);
    }
  }

  Order order() {
    const Order orders[] = {Order::relaxed, Order::acquire, Order::release, Order::seq_cst};
    return orders[random_.below(4)];
  }

  kernel::Random random_;
  bool reads_ = false;
  std::uint32_t fences_ = 0;  // 0: SC ones, 1: ones that acquire
  Commutes sort_ = Commutes::add;
  Thread* steps_ = nullptr;
  std::set<std::size_t>* unused_ = nullptr;
  std::size_t got_ = 0;  // values the thread gets
};

// Threads that do the same, and that symmetry explores one order of: outcomes but for their names.
TEST(Commuting, GoesTogetherWithSymmetryAndUnreadStores) {
  models::Rc11 model;
  const auto outcomes = [&](const Program& program, const ExhaustiveOptions& options) {
    ExhaustiveExplorer explorer(model, options);
    ScriptHost host(program.threads);
    for (std::size_t t = 2; t < program.threads.size(); ++t) host.is_like_the_one_before(t);
    std::set<std::vector<Values>> found;
    const auto seen = [&](Ending ending) {
      if (ending != Ending::complete) return;
      std::vector<Values> got = host.outcome();
      for (std::size_t t = 0; t < got.size(); ++t) {
        for (const std::size_t i : program.unused[t]) got[t][i] = 0;
      }
      std::sort(got.begin() + 1, got.end());
      found.insert(got);
    };
    explore_each(explorer, host, seen, [&] { found.clear(); });
    return std::make_pair(found, explorer.counts().complete);
  };
  std::uint64_t reduced_executions = 0;
  std::uint64_t symmetric_executions = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Program program = RandomProgram(seed).make();
    program.threads.erase(program.threads.begin() + 2, program.threads.end());
    program.unused.resize(2);
    program.threads[0].clear();
    program.unused[0].clear();
    program.threads[1].insert(program.threads[1].begin() + (seed % 2 == 0 ? 0 : 1), store(9, 1));
    for (int i = 0; i < 2; ++i) {
      program.add_thread();
      program.threads.back() = program.threads[1];
      program.unused.back() = program.unused[1];
    }
    ExhaustiveOptions all = with_rmws(false);
    all.max_executions = 5'000;
    const auto expected = outcomes(program, all);
    if (expected.second >= all.max_executions) continue;
    ExhaustiveOptions symmetric = all;
    symmetric.reductions.symmetry = true;
    const auto alone = outcomes(program, symmetric);
    const auto together = outcomes(program, {});
    ASSERT_EQ(alone.first, expected.first) << "seed " << seed;
    ASSERT_EQ(together.first, expected.first) << "seed " << seed;
    ASSERT_LE(together.second, alone.second) << "seed " << seed;
    symmetric_executions += alone.second;
    reduced_executions += together.second;
  }
  EXPECT_LT(reduced_executions * 2, symmetric_executions);
}

void compare_on_random_programs(models::Model& model, std::uint64_t first_seed, std::uint64_t programs) {
  std::uint64_t all_executions = 0;
  std::uint64_t reduced_executions = 0;
  std::uint64_t reduced_programs = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + programs; ++seed) {
    const Program program = RandomProgram(seed).make();
    const explore::Ground ground = explore_all(model, program, with_rmws(true)).ground;
    ExhaustiveOptions bounded = with_rmws(false);
    bounded.max_executions = 5'000;
    const Explored all = explore_all(model, program, bounded, ground);
    if (all.counts.executions >= bounded.max_executions) continue;
    for (const std::uint64_t shuffle : {std::uint64_t{0}, seed + 1}) {
      // On the same ground any order of extension has the same executions.
      const Explored reduced = explore_all(model, program, with_rmws(true, shuffle), ground);
      ASSERT_EQ(reduced.outcomes, all.outcomes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.stuck, all.stuck) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.shapes, all.shapes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.counts.complete, all.shapes.size()) << model.name() << " seed " << seed;
    }
    all_executions += all.counts.complete;
    reduced_executions += all.shapes.size();
    if (!ground.unordered.commuting.addresses.empty()) ++reduced_programs;
  }
  EXPECT_GT(reduced_programs * 3, programs);
  EXPECT_LT(reduced_executions * 5, all_executions * 4);
}

TEST(Commuting, OutcomesOfRandomProgramsStayUnderRc11) {
  models::Rc11 model;
  compare_on_random_programs(model, 1, 4000);
}

TEST(Commuting, OutcomesOfRandomProgramsStayUnderSc) {
  models::SequentialConsistency model;
  compare_on_random_programs(model, 50'001, 1500);
}

TEST(Commuting, OutcomesOfRandomProgramsStayUnderTso) {
  models::Tso model;
  compare_on_random_programs(model, 90'001, 1500);
}

}  // namespace
}  // namespace heddle::test
