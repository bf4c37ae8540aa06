// Executions that are recalled instead of run: the same executions, each once.
#include <gtest/gtest.h>

#include <map>

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
using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::Order;
using kernel::Stamp;
using kernel::ThreadId;

using Outcome = std::vector<Values>;

// What ScriptHost::outcome says of an execution, read off its graph.
Outcome outcome_of(const Graph& g, std::size_t threads) {
  Outcome all(threads);
  for (Stamp s = 0; s < g.size(); ++s) {
    const Event& e = g[s];
    if (e.ghost || e.unsatisfied) continue;
    if (e.kind == EventKind::read || e.kind == EventKind::choice) all[e.thread].push_back(e.value);
  }
  return all;
}

struct Explored {
  std::map<Outcome, unsigned> complete;  // how many executions end so
  std::map<Outcome, unsigned> blocked;
  std::uint64_t executions = 0;
  std::uint64_t operations = 0;
  std::uint64_t run = 0;
  std::uint64_t leaves = 0;

  bool operator==(const Explored& other) const {
    return complete == other.complete && blocked == other.blocked && executions == other.executions &&
           operations == other.operations;
  }
};

ExhaustiveOptions recalling(std::uint64_t after = 0) {
  ExhaustiveOptions options;
  options.recall = true;
  options.recall_after = after;
  return options;
}

// Keeps the executions that are counted without being made.
class Witness : public ExhaustiveExplorer {
 public:
  Witness(models::Model& model, const ExhaustiveOptions& options, std::size_t threads)
      : ExhaustiveExplorer(model, options), threads_(threads) {}
  std::vector<Outcome> leaves;

 private:
  void counted(const explore::GraphSearch::Leaf& difference) override {
    Outcome outcome = outcome_of(graph(), threads_);
    if (difference.read != kernel::no_stamp) {
      outcome[graph()[difference.read].thread].back() = difference.value;
    }
    leaves.push_back(outcome);
  }
  std::size_t threads_;
};

Explored explore(models::Model& model, const std::vector<Thread>& threads, bool recall,
                 std::uint64_t after = 0) {
  Witness explorer(model, recalling(after), threads.size());
  if (recall) explorer.remember();
  ScriptHost host(threads);
  Explored result;
  const auto count = [&](const Outcome& outcome, bool complete) {
    if (explorer.began_anew()) {
      result = {};
    } else {
      ++(complete ? result.complete : result.blocked)[outcome];
    }
  };
  while (explorer.next_execution()) {
    const explore::Counts before = explorer.counts();
    if (explorer.recall()) {
      const explore::Counts& now = explorer.counts();
      if (now.executions != before.executions)
        count(outcome_of(explorer.graph(), threads.size()), now.complete != before.complete);
      for (const Outcome& leaf : explorer.leaves) count(leaf, true);
      result.leaves += explorer.leaves.size();
      explorer.leaves.clear();
      continue;
    }
    ++result.run;
    const Ending ending = host.run(explorer);
    EXPECT_NE(ending, Ending::diverged);
    if (ending == Ending::complete || ending == Ending::blocked)
      count(host.outcome(), ending == Ending::complete);
  }
  EXPECT_TRUE(explorer.verified());
  result.executions = explorer.counts().executions;
  result.operations = explorer.counts().operations;
  return result;
}

// One of two steps, by what the thread got last.
Step either(const Step& a, const Step& b) {
  return [=](const Values& got) { return !got.empty() && got.back() % 2 == 1 ? a(got) : b(got); };
}

// Nothing that can be recalled.
Step post(kernel::LocationId x) {
  return [=](const Values&) {
    kernel::Operation op = load_of(x, Order::release);
    op.kind = kernel::OperationKind::rmw;
    op.update = kernel::update_add<kernel::Value>;
    op.operand = 1;
    op.site.object_kind = kernel::ObjectKind::semaphore;
    return op;
  };
}

// `orders`: 3 with seq_cst, 2 without.
Step random_step(kernel::Random& random, unsigned orders, unsigned depth = 0) {
  constexpr Order loads[] = {Order::relaxed, Order::acquire, Order::seq_cst};
  constexpr Order stores[] = {Order::relaxed, Order::release, Order::seq_cst};
  const auto x = static_cast<kernel::LocationId>(random.below(2));
  switch (random.below(depth == 0 ? 10 : 6)) {
    case 0:
    case 1:
      return load(x, loads[random.below(orders)]);
    case 2:
      return store(x, random.below(3), stores[random.below(orders)]);
    case 3:
      return add(x, 1 + random.below(2), stores[random.below(orders)]);
    case 4:
      return fence(orders == 3 && random.below(2) == 0 ? Order::seq_cst : Order::acq_rel);
    case 5:
      return store(x, 3, stores[random.below(orders)]);
    case 6:
      return await_equal(x, random.below(3));
    case 7:
      return choose(2);
    case 8:
      return either(random_step(random, orders, 1), random_step(random, orders, 1));
    default:
      return [=](const Values& got) {
        kernel::Operation op = load_of(x, Order::acq_rel);
        op.kind = kernel::OperationKind::rmw;
        op.update = kernel::update_compare_exchange<kernel::Value>;
        op.expected = got.empty() ? 0 : got.back();
        op.operand = op.expected + 1;
        return op;
      };
  }
}

std::vector<Thread> random_program(kernel::Random& random) {
  const std::size_t count = 2 + random.below(3);
  std::vector<Thread> threads(count);
  const unsigned orders = 2 + random.below(2);
  for (std::size_t t = 0; t < count; ++t) {
    const std::size_t steps = t == 0 ? random.below(3) : 1 + random.below(count == 2 ? 6 : 4);
    for (std::size_t i = 0; i < steps; ++i) threads[t].push_back(random_step(random, orders));
    const kernel::LocationId mutex = 8 + static_cast<kernel::LocationId>(random.below(2));
    if (random.below(3) == 0) {
      threads[t].insert(threads[t].begin() + static_cast<std::ptrdiff_t>(random.below(
                                                 static_cast<std::uint32_t>(threads[t].size() + 1))),
                        lock(mutex));
      threads[t].push_back(unlock(mutex));
      if (random.below(4) == 0) threads[t].insert(threads[t].begin(), lock(17 - mutex));  // never given back
    }
    if (random.below(8) == 0) threads[t].push_back(post(10));
  }
  return threads;
}

template <class Model>
void compare_random_programs(std::uint64_t seed) {
  Model model;
  kernel::Random random(seed);
  std::uint64_t executions = 0;
  std::uint64_t run = 0;
  std::uint64_t leaves = 0;
  for (int i = 0; i < 800; ++i) {
    const std::vector<Thread> threads = random_program(random);
    const Explored all = explore(model, threads, false);
    const Explored recalled = explore(model, threads, true, random.below(3));
    EXPECT_TRUE(all == recalled) << "program " << i << ": " << all.executions << " and "
                                 << recalled.executions;
    executions += all.run;
    run += recalled.run;
    leaves += recalled.leaves;
  }
  EXPECT_LT(run, executions * 3 / 4);
  EXPECT_EQ(leaves > executions / 40, (std::is_same_v<Model, models::Rc11>))
      << leaves << " of " << executions;
}

TEST(Recall, KeepsOutcomesUnderRc11) { compare_random_programs<models::Rc11>(1); }
TEST(Recall, KeepsOutcomesUnderSc) { compare_random_programs<models::SequentialConsistency>(2); }
TEST(Recall, KeepsOutcomesUnderTso) { compare_random_programs<models::Tso>(3); }

TEST(Recall, RunsHardlyAnythingOfManyStores) {
  models::Rc11 model;
  std::vector<Thread> threads(7, Thread{store(0, 1)});
  threads[0] = {load(0)};
  const Explored all = explore(model, threads, true, 10);
  EXPECT_EQ(all.executions, 5040U);
  EXPECT_LT(all.run, 5040U / 50 + 20);
}

// The program does something else with the same history: that is noticed, and what was recalled does not
// count.
TEST(Recall, BeginsAnewWhenTheProgramHasOtherState) {
  models::Rc11 model;
  ExhaustiveExplorer explorer(model, recalling(1000));  // all are run and compared
  explorer.remember();
  kernel::Value hidden = 0;
  const Step changing = [&](const Values& got) {
    kernel::Operation op = load_of(1, Order::relaxed);
    op.kind = kernel::OperationKind::store;
    op.operand = got.back() == 1 ? hidden : 0;
    return op;
  };
  // What thread 2 stores depends on what thread 1 read before it told that it has.
  const Step telling = [&](const Values& got) {
    hidden = got.back();
    return store(3, 1)(got);
  };
  ScriptHost host({{},
                   {load(0), telling},
                   {store(0, 1), store(0, 2), load(3), changing},
                   {load(1), load(0), load(0), store(4, 1)}});
  bool anew = false;
  while (explorer.next_execution()) {
    if (explorer.recall()) continue;
    hidden = 0;
    if (host.run(explorer) == Ending::diverged) break;  // it cannot be explored as it is
    anew = anew || explorer.began_anew();
  }
  EXPECT_TRUE(anew);
  EXPECT_EQ(explorer.memo(), nullptr);
}

// Runs the search; `opens` is done before the last operation of the last thread. Answers how often that was.
template <class Opens>
std::uint64_t count_last_steps(Opens opens) {
  models::Rc11 model;
  ExhaustiveExplorer explorer(model, recalling());
  explorer.remember();
  std::uint64_t steps = 0;
  const Step last = [&](const Values& got) {
    ++steps;
    if (explorer.memo() != nullptr) opens(*explorer.memo());
    return load(0)(got);
  };
  ScriptHost host({{}, {store(0, 1)}, {store(0, 2)}, {store(0, 3), last}});
  while (explorer.next_execution()) {
    if (!explorer.recall()) host.run(explorer);
  }
  EXPECT_EQ(explorer.counts().executions,
            6U + 4U + 2U);  // the load reads its own thread's store or a later one
  return steps;
}

// Open code is run whenever it is not in what is repeated: for each order of the stores.
TEST(Recall, RunsWhatIsOpen) {
  EXPECT_GE(count_last_steps([](explore::Memo& memo) { memo.open(); }), 6U);
  EXPECT_LT(count_last_steps([](explore::Memo&) {}), 6U);
}

TEST(Recall, ForgetsWhatIsInConflict) {
  EXPECT_GE(count_last_steps([](explore::Memo& memo) { memo.conflict(); }), 6U);
}

}  // namespace
}  // namespace heddle::test
