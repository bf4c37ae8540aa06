// Stores that nobody reads are not ordered: every execution but for their order, once; the same outcomes,
// deadlocks and happens-before as with all orders, on random programs in which psc has much to say about
// them, and the numbers of executions one can work out.
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
using kernel::LocationId;
using kernel::Operation;
using kernel::Order;
using kernel::ThreadId;

ExhaustiveOptions with_unread(bool on, std::uint64_t shuffle = 0) {
  ExhaustiveOptions options;
  options.reductions = on ? explore::Reductions() : explore::no_reductions;
  options.shuffle_seed = shuffle;
  return options;
}

using Explored = ExploredUnordered;

std::vector<Thread> writers(std::size_t n, Order order) {
  std::vector<Thread> program(1);
  for (std::size_t i = 0; i < n; ++i) program.push_back({store(0, i, order)});
  return program;
}

TEST(Unread, OneExecutionInsteadOfAllOrders) {
  models::Rc11 model;
  for (std::size_t n = 2; n <= 7; ++n) {
    EXPECT_EQ(explore_unordered(model, writers(n, Order::relaxed), with_unread(true)).counts.executions, 1U);
    EXPECT_EQ(explore_unordered(model, writers(n, Order::seq_cst), with_unread(true)).counts.executions, 1U);
    if (n > 6) continue;
    EXPECT_EQ(explore_unordered(model, writers(n, Order::relaxed), with_unread(false)).counts.executions,
              factorial(n));
  }
}

TEST(Unread, AReaderTurnsItOff) {
  models::Rc11 model;
  for (std::size_t n = 2; n <= 5; ++n) {
    std::vector<Thread> program = writers(n, Order::relaxed);
    program.push_back({load(0)});
    const Explored found = explore_unordered(model, program, with_unread(true));
    EXPECT_FALSE(found.reduced());
    EXPECT_EQ(found.counts.executions, factorial(n) * (n + 1));
  }
}

// The reader comes late: in the first execution nobody reads.
TEST(Unread, AReaderThatTurnsUpTurnsItOff) {
  models::Rc11 model;
  std::vector<Thread> program = writers(2, Order::relaxed);
  program.push_back(
      {load(1), [](const Values& got) { return load_of(got.back() == 1 ? 0 : 2, Order::relaxed); }});
  program.push_back({store(1, 1)});
  const Explored found = explore_unordered(model, program, with_unread(true));
  const Explored all = explore_unordered(model, program, with_unread(false));
  EXPECT_FALSE(found.reduced());
  EXPECT_EQ(found.counts.executions, all.counts.executions);
  EXPECT_EQ(found.outcomes, all.outcomes);
}

// What is in memory in the end counts as read, if the operation says so.
TEST(Unread, AnObservedLocationIsRead) {
  models::Rc11 model;
  std::vector<Thread> program = writers(3, Order::relaxed);
  program[2][0] = [](const Values&) {
    Operation op = store(0, 1)({});
    op.observed = true;
    return op;
  };
  EXPECT_EQ(explore_unordered(model, program, with_unread(true)).counts.executions, 6U);
}

// SC stores to x in an order that the rest rules out, whatever order they are added in:
// psc lets only one order of them agree with the reads, and the array may have the other.
TEST(Unread, PscDoesNotSeeTheOrderOfTheArray) {
  models::Rc11 model;
  const std::vector<Thread> program = {
      {},
      {store(0, 1, Order::seq_cst), load(1, Order::seq_cst)},
      {store(1, 1, Order::seq_cst), store(0, 2, Order::seq_cst)},
      {store(0, 3, Order::seq_cst), load(1, Order::seq_cst)},
  };
  const Explored found = explore_unordered(model, program, with_unread(true));
  const Explored all = explore_unordered(model, program, with_unread(false));
  EXPECT_TRUE(found.reduced());
  EXPECT_EQ(found.outcomes, all.outcomes);
  EXPECT_EQ(found.counts.executions, found.outcomes.size());
  EXPECT_LT(found.counts.executions, all.counts.executions);
}

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed) {}

  std::vector<Thread> make() {
    std::vector<Thread> program(3 + random_.below(2));
    // How much of what is stored to the locations from `first_unread` on is read after all.
    reads_ = random_.below(4) == 0;
    style_ = random_.below(4);
    for (std::size_t t = 0; t < program.size(); ++t) {
      const std::uint32_t steps = t == 0 ? random_.below(2) : 2 + random_.below(3);
      for (std::uint32_t i = 0; i < steps; ++i) add_step(program[t]);
    }
    return program;
  }

 private:
  static constexpr LocationId first_unread = 2;

  void add_step(Thread& steps) {
    const LocationId x = random_.below(2);
    const LocationId unread = first_unread + random_.below(2);
    if (style_ == 0 && random_.below(3) == 0) return steps.push_back(fence(Order::seq_cst));
    switch (random_.below(10)) {
      case 0:
      case 1:
        steps.push_back(load(x, order()));
        break;
      case 2:
        steps.push_back(store(x, 1 + random_.below(3), order()));
        break;
      case 3:
        steps.push_back(add(x, 1, order()));
        break;
      case 4:
        steps.push_back(fence(random_.below(3) == 0 ? Order::acq_rel : Order::seq_cst));
        break;
      case 5:
        if (random_.below(2) == 0) {
          steps.push_back(await_equal(x, random_.below(2), order()));
        } else if (reads_) {
          steps.push_back(random_.below(2) == 0 ? load(unread, order()) : add(unread, 1, order()));
        }
        break;
      default:
        steps.push_back(store(unread, 1 + random_.below(3), order()));
        break;
    }
  }

  Order order() {
    const Order orders[] = {Order::relaxed, Order::acquire, Order::release, Order::seq_cst};
    if (style_ == 0) return random_.below(3) == 0 ? Order::seq_cst : Order::relaxed;
    return style_ == 1 && random_.below(2) == 0 ? Order::seq_cst : orders[random_.below(4)];
  }

  kernel::Random random_;
  bool reads_ = false;
  std::uint32_t style_ = 0;  // 0: SC fences, 1: SC accesses, else anything
};

void compare_on_random_programs(models::Model& model, std::uint64_t first_seed, std::uint64_t programs) {
  std::uint64_t all_executions = 0;
  std::uint64_t reduced_executions = 0;
  std::uint64_t reduced_programs = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + programs; ++seed) {
    const std::vector<Thread> program = RandomProgram(seed).make();
    const explore::Ground ground = explore_unordered(model, program, with_unread(true)).ground;
    ExhaustiveOptions bounded = with_unread(false);
    bounded.max_executions = 5'000;
    const Explored all = explore_unordered(model, program, bounded, ground);
    if (all.counts.executions >= bounded.max_executions) continue;
    for (const std::uint64_t shuffle : {std::uint64_t{0}, seed + 1}) {
      const Explored reduced = explore_unordered(model, program, with_unread(true, shuffle), ground);
      ASSERT_EQ(reduced.outcomes, all.outcomes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.stuck, all.stuck) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.shapes, all.shapes) << model.name() << " seed " << seed << " shuffle " << shuffle;
      ASSERT_EQ(reduced.counts.complete, all.shapes.size()) << model.name() << " seed " << seed;
    }
    reduced_executions += all.shapes.size();
    if (!ground.unordered.unread.addresses.empty()) ++reduced_programs;
    all_executions += all.counts.complete;
  }
  EXPECT_GT(reduced_programs * 3, programs);
  EXPECT_LT(reduced_executions * 3, all_executions * 2);
}

TEST(Unread, OutcomesOfRandomProgramsStayUnderRc11) {
  models::Rc11 model;
  compare_on_random_programs(model, 1, 8000);
}

TEST(Unread, OutcomesOfRandomProgramsStayUnderSc) {
  models::SequentialConsistency model;
  compare_on_random_programs(model, 50001, 1500);
}

TEST(Unread, OutcomesOfRandomProgramsStayUnderTso) {
  models::Tso model;
  compare_on_random_programs(model, 90001, 1500);
}

}  // namespace
}  // namespace heddle::test
