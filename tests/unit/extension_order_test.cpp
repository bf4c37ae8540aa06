// The order in which the search extends an execution graph changes no count: as many complete executions,
// with the same outcomes, and as many blocked ones, with the same threads stuck. Random programs with
// everything that waits, each in several random orders, and without reductions.
#include <gtest/gtest.h>

#include <string>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/kernel/random.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"
#include "tests/unit/explore_outcomes.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::ExhaustiveExplorer;
using explore::ExhaustiveOptions;
using kernel::LocationId;
using kernel::Operation;
using kernel::Order;
using kernel::Value;

constexpr LocationId first_mutex = 10;
constexpr LocationId semaphore = 20;

Step await(LocationId x, kernel::Accepts accepts, Value value) {
  return [=](const Values&) {
    Operation op = load_of(x, Order::acquire);
    op.accepts = accepts;
    op.accepts_argument = value;
    return op;
  };
}

Step assume_equal(LocationId x, Value value) {
  return [=](const Values& got) {
    Operation op = await_equal(x, value)(got);
    op.assumption = true;
    return op;
  };
}

Step join(kernel::ThreadId child) {
  return [=](const Values& got) {
    Operation op = await_equal(0, 1)(got);
    op.location = child;
    return op;
  };
}

Step wait_for_semaphore() {
  return [=](const Values&) {
    Operation op = load_of(semaphore, Order::acq_rel);
    op.kind = kernel::OperationKind::rmw;
    op.update = kernel::update_sub<Value>;
    op.operand = 1;
    op.accepts = kernel::accepts_different;
    return op;
  };
}

// Ends the process: nobody waits for the other threads.
Step finish() {
  return [](const Values&) {
    Operation op;
    op.kind = kernel::OperationKind::finish;
    op.order = Order::release;
    return op;
  };
}

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed), contended_(seed % 2 == 0) {}

  std::vector<Thread> make() {
    std::vector<Thread> program(1);
    const std::uint32_t threads = contended_ ? 3 : 2 + random_.below(2);
    for (std::uint32_t i = 1; i <= threads; ++i) {
      program.emplace_back();
      words += "\nT" + std::to_string(i) + ":";
      for (std::uint32_t n = 1 + random_.below(threads == 2 ? 4 : 3); n > 0; --n) {
        if (contended_ && random_.below(2) == 0) {
          add_section(program.back(), first_mutex, 2);
        } else {
          add_step(program.back(), 2);
        }
      }
    }
    words += "\nmain:";
    if (random_.below(3) == 0) {
      const auto child = static_cast<kernel::ThreadId>(1 + random_.below(threads));
      add(program[0], "join " + std::to_string(child), join(child));
      add(program[0], "load 0", load(0));
    }
    if (random_.below(3) == 0) add(program[0], "finish", finish());
    return program;
  }
  std::string words;

 private:
  void add(Thread& steps, const std::string& word, const Step& step) {
    words += " " + word + ";";
    steps.push_back(step);
  }

  void add_step(Thread& steps, std::uint32_t depth) {
    const LocationId x = random_.below(2);
    const Value v = random_.below(3);
    const std::string operands = std::to_string(x) + " " + std::to_string(v);
    switch (random_.below(12)) {
      case 0:
        return add(steps, "load " + operands, load(x));
      case 1:
      case 2:
        return add(steps, "store " + operands, store(x, v, v == 0 ? Order::relaxed : Order::release));
      case 3:
        return add(steps, "add " + operands, test::add(x, 1));
      case 4:
        return add(steps, "await " + operands, await_equal(x, v));
      case 5:
        return add(steps, "await not " + operands, await(x, kernel::accepts_different, v));
      case 6:
        return add(steps, "wait", wait_for_semaphore());
      case 7:
        return add(steps, "post", test::add(semaphore, 1));
      case 8:
        return add(steps, "assume " + operands, assume_equal(x, v));
      default:
        return add_section(steps, first_mutex + x, depth);
    }
  }

  // A critical section; sometimes the thread gives the mutex up in it until something happens, as waiting for
  // a condition does.
  void add_section(Thread& steps, LocationId mutex, std::uint32_t depth) {
    if (depth == 0 || (depth == 1 && mutex == held_)) return;
    held_ = mutex;
    const std::string name = std::to_string(mutex - first_mutex);
    add(steps, "lock " + name, lock(mutex));
    if (random_.below(6) == 0) {
      add(steps, "unlock " + name, unlock(mutex));
      add(steps, "await not 0 0", await(0, kernel::accepts_different, 0));
      add(steps, "lock " + name, lock(mutex));
    }
    if (random_.below(4) != 0) add_step(steps, depth - 1);
    add(steps, "unlock " + name, unlock(mutex));
  }

  kernel::Random random_;
  bool contended_;  // three threads have much to do with one mutex
  LocationId held_ = 0;
};

template <class Model>
class ExtensionOrder : public testing::Test {};
using Models = testing::Types<models::Rc11, models::SequentialConsistency, models::Tso>;
TYPED_TEST_SUITE(ExtensionOrder, Models);

// Programs around 13,846 found locks that took unlocks in place without those that waited beside them.
constexpr std::uint64_t first_seed = 13'001;

TYPED_TEST(ExtensionOrder, ChangesNoCount) {
  TypeParam model;
  std::uint64_t stale = 0;
  std::uint64_t stale_without = 0;
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + 1500; ++seed) {
    RandomProgram random(seed);
    const std::vector<Thread> program = random.make();
    ExhaustiveOptions options;
    options.max_executions = 2'000;
    // These two are about the locations that they suit in the first execution, which is another in each
    // order.
    options.reductions.unread = options.reductions.commuting_rmws = false;
    ExhaustiveOptions without = options;
    without.reductions = explore::no_reductions;
    const Explored expected = explore_all(model, program, without);
    if (expected.counts.executions == without.max_executions) continue;
    complete += expected.counts.complete;
    blocked += expected.counts.blocked;
    stale_without += expected.counts.stale;
    for (std::uint64_t order = 0; order <= 4; ++order) {
      for (const bool reduced : {true, false}) {
        ExhaustiveOptions& shuffled = reduced ? options : without;
        shuffled.shuffle_seed = order == 0 ? 0 : seed * 5 + order;
        const Explored all = explore_all(model, program, shuffled);
        if (order == 0 && reduced) stale += all.counts.stale;
        ASSERT_EQ(all.outcomes, expected.outcomes) << "seed " << seed << " order " << order << random.words;
        ASSERT_EQ(all.stuck, expected.stuck) << "seed " << seed << " order " << order << random.words;
        ASSERT_EQ(all.deadlocks, expected.deadlocks) << "seed " << seed << " order " << order << random.words;
      }
    }
  }
  EXPECT_GT(complete, 5'000U);
  EXPECT_GT(blocked, 2'000U);
  EXPECT_LT(stale * 50, stale_without);
}

// Two locks wait for the unlock of a thread whose end another thread waits for: when it unlocks, neither may
// keep the store that is its end from being seen.
TYPED_TEST(ExtensionOrder, LocksThatWaitAreInNobodysWay) {
  TypeParam model;
  const std::vector<Thread> program = {
      {join(3), load(0), finish()},
      {store(1, 1), lock(first_mutex), store(0, 1), unlock(first_mutex)},
      {lock(first_mutex), unlock(first_mutex)},
      {lock(first_mutex), await(1, kernel::accepts_different, 1), unlock(first_mutex)}};
  ExhaustiveOptions options;
  options.reductions.unread = options.reductions.commuting_rmws = false;
  ExhaustiveOptions without = options;
  without.reductions = explore::no_reductions;
  const Explored expected = explore_all(model, program, without);
  for (std::uint64_t order = 0; order <= 200; ++order) {
    options.shuffle_seed = order;
    const Explored all = explore_all(model, program, options);
    ASSERT_EQ(all.outcomes, expected.outcomes) << "order " << order;
    ASSERT_EQ(all.stuck, expected.stuck) << "order " << order;
  }
}

}  // namespace
}  // namespace heddle::test
