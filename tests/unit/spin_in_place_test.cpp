// Spinning reads that wait for a store: the same complete executions and outcomes as without the reduction,
// and as with an await in place of the loop; the same threads stuck for ever, as often; fewer stale runs.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/kernel/random.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"

namespace heddle::explore {
namespace {

using kernel::Operation;
using kernel::OperationKind;
using kernel::Order;
using kernel::ThreadId;
using kernel::Value;

struct Step {
  enum class Kind : std::uint8_t {
    load,
    store,
    add,
    spin_equal,
    spin_different,
    spin_exchange,
    spin_two,
    spin_up,   // increments a location, unless it has the value, or sees that the other is not zero
    spin_try,  // waits for the value, then exchanges it for the next, or begins again
    spin_lock  // exchanges what is there for the value, until it was not the value
  };
  Kind kind;
  kernel::LocationId location;
  Value value = 0;
  Order order = Order::relaxed;
};
using Script = std::vector<Step>;
using Outcome = std::vector<std::vector<Value>>;

constexpr kernel::LocationId first_exit = 100;

// The loops as a program has them: load, compare, load again.
enum class Waiting : std::uint8_t { loops, awaits };

// The thread whose state is asked for.
std::uint64_t arriving = 0;

// Fingerprints last as long as this is 0; otherwise they say they do, but differ from one execution to
// another.
std::uint64_t noise = 0;

class Host {
 public:
  Host(const std::vector<Script>& scripts, Waiting waiting) : scripts_(scripts), waiting_(waiting) {}

  Ending run(ExhaustiveExplorer& explorer) {
    const auto threads = static_cast<ThreadId>(scripts_.size() + 1);
    threads_.assign(threads, {});
    Move move{0, {}, true, Ending::none};
    while (move.ending == Ending::none) {
      const ThreadId t = move.thread;
      Thread& thread = threads_[t];
      if (!move.starts) answer(t, thread, move.answer);
      thread.operation = next(t, thread);
      arriving = fingerprint(t, thread);
      move = explorer.arrive(t, thread.operation);
    }
    explorer.end_execution(move.ending);
    return move.ending;
  }
  Outcome outcome() const {
    Outcome all;
    for (const Thread& thread : threads_) all.push_back(thread.seen);
    return all;
  }
  bool all_finished() const {
    for (std::size_t t = 1; t < threads_.size(); ++t) {
      if (threads_[t].at < scripts_[t - 1].size()) return false;
    }
    return true;
  }

 private:
  struct Thread {
    std::size_t at = 0;
    bool second = false;  // spin_two: between its two loads; spin_try, spin_up: about to exchange
    bool third = false;   // spin_up: about to read the other location
    bool failed = false;  // spin_try: before, which leaves something behind until it is to exchange again
    Value first_value = 0;
    std::vector<Value> seen;
    Operation operation;
  };

  static kernel::Fingerprint state(bool) { return {arriving, true, false}; }
  static std::uint64_t fingerprint(ThreadId t, const Thread& thread) {
    std::uint64_t hash =
        noise + t * 1'000'003 + thread.at * 31 + (thread.second ? 7 + thread.first_value : 1);
    if (thread.failed && !thread.second) hash += 13;
    if (thread.third) hash += 17;
    for (const Value v : thread.seen) hash = (hash ^ v) * 0x9e3779b97f4a7c15ULL;
    return hash;
  }
  bool wants(const Step& step, Value v) const {
    return step.kind == Step::Kind::spin_different || step.kind == Step::Kind::spin_lock ? v != step.value
                                                                                         : v == step.value;
  }

  Operation next(ThreadId t, const Thread& thread) const {
    Operation op;
    if (t == 0) {
      op.kind = thread.at < scripts_.size() ? OperationKind::spawn : OperationKind::finish;
      op.order = Order::release;
      return op;
    }
    const Script& script = scripts_[t - 1];
    if (thread.at == script.size()) {
      op.kind = OperationKind::exit;
      op.location = first_exit + t;
      op.order = Order::release;
      op.operand = 1;
      return op;
    }
    const Step& step = script[thread.at];
    op.location = step.location;
    if (step.kind == Step::Kind::spin_two && thread.second) op.location = 1;
    if (thread.third) op.location = 1 - step.location;
    op.order = step.order;
    op.operand = step.value;
    op.site.pc = 0x1000 + t * 0x100 + thread.at * 3 + (thread.second ? 1 : 0) + (thread.third ? 2 : 0);
    op.state = state;
    switch (step.kind) {
      case Step::Kind::store:
        op.kind = OperationKind::store;
        break;
      case Step::Kind::add:
        op.kind = OperationKind::rmw;
        op.update = kernel::update_add<std::uint64_t>;
        break;
      case Step::Kind::spin_exchange:  // from the value to the next
        op.kind = OperationKind::rmw;
        op.update = kernel::update_compare_exchange<std::uint64_t>;
        op.expected = step.value;
        op.operand = step.value + 1;
        if (waiting_ == Waiting::awaits) op.accepts = kernel::accepts_equal;
        op.accepts_argument = step.value;
        break;
      case Step::Kind::spin_lock:
        op.kind = OperationKind::rmw;
        op.update = kernel::update_exchange<std::uint64_t>;
        if (waiting_ == Waiting::awaits) op.accepts = kernel::accepts_different;
        op.accepts_argument = step.value;
        break;
      case Step::Kind::spin_up:
        op.kind = thread.second ? OperationKind::rmw : OperationKind::load;
        if (thread.second) op.update = kernel::update_compare_exchange<std::uint64_t>;
        op.expected = thread.first_value;
        op.operand = thread.first_value + 1;
        break;
      case Step::Kind::spin_try:
        op.kind = thread.second ? OperationKind::rmw : OperationKind::load;
        if (thread.second) op.update = kernel::update_compare_exchange<std::uint64_t>;
        op.expected = step.value;
        op.operand = step.value + 1;
        if (waiting_ == Waiting::awaits) op.accepts = kernel::accepts_equal;
        op.accepts_argument = step.value;
        break;
      default:
        op.kind = OperationKind::load;
        if (waiting_ == Waiting::awaits && step.kind == Step::Kind::spin_equal)
          op.accepts = kernel::accepts_equal;
        if (waiting_ == Waiting::awaits && step.kind == Step::Kind::spin_different)
          op.accepts = kernel::accepts_different;
        op.accepts_argument = step.value;
        break;
    }
    return op;
  }

  void answer(ThreadId t, Thread& thread, const kernel::Answer& answer) {
    if (t == 0) {
      ++thread.at;
      return;
    }
    const Step& step = scripts_[t - 1][thread.at];
    switch (step.kind) {
      case Step::Kind::store:
        break;
      case Step::Kind::spin_equal:
      case Step::Kind::spin_different:
      case Step::Kind::spin_exchange:
      case Step::Kind::spin_lock:
        if (!wants(step, answer.value)) return;
        thread.seen.push_back(answer.value);
        break;
      case Step::Kind::spin_try:
        if (!thread.second) {
          thread.second = answer.value == step.value;
          return;
        }
        thread.second = false;
        thread.failed = answer.value != step.value;
        if (thread.failed) return;
        thread.seen.push_back(answer.value);
        break;
      case Step::Kind::spin_up:
        if (thread.third) {
          thread.third = false;
          if (answer.value == 0) return;
        } else if (!thread.second) {
          thread.second = answer.value != step.value;
          thread.third = !thread.second;
          thread.first_value = thread.second ? answer.value : 0;
          return;
        } else {
          thread.second = false;
          thread.third = answer.value != thread.first_value;
          thread.first_value = 0;
          if (thread.third) return;
        }
        thread.seen.push_back(answer.value);
        break;
      case Step::Kind::spin_two:  // until the two locations together hold the value
        if (!thread.second) {
          thread.second = true;
          thread.first_value = answer.value;
          return;
        }
        thread.second = false;
        if (thread.first_value + answer.value != step.value) return;
        thread.seen.push_back(thread.first_value);
        break;
      default:
        thread.seen.push_back(answer.value);
        break;
    }
    ++thread.at;
  }

  const std::vector<Script>& scripts_;
  Waiting waiting_;
  std::vector<Thread> threads_;
};

struct Explored {
  Counts counts;
  std::map<Outcome, unsigned> outcomes;  // how many complete executions end so
  std::map<Outcome, unsigned> finished;  // those in which no thread is left behind
  std::uint64_t recalled = 0;            // executions, of which there are no outcomes
  bool states_vary = false;
  std::set<Outcome> stuck;  // nobody can move, and what they wait for is a fact
};

Explored explore_all(models::Model& model, const std::vector<Script>& scripts, bool in_place,
                     Waiting waiting = Waiting::loops, std::uint64_t shuffle = 0, bool recall = false) {
  ExhaustiveOptions options;
  options.recall = recall;
  options.recall_after = 0;
  options.reductions.spin_in_place = in_place;
  // These are about the locations that they suit in the first execution, which awaits may make another one.
  options.reductions.unread = options.reductions.commuting_rmws = false;
  options.shuffle_seed = shuffle;
  options.max_events = 200;
  ExhaustiveExplorer explorer(model, options);
  if (recall) explorer.remember();
  Host host(scripts, waiting);
  Explored result;
  while (explorer.next_execution()) {
    if (explorer.recall()) {
      ++result.recalled;
      continue;
    }
    if (noise != 0) ++noise;
    const Ending ending = host.run(explorer);
    EXPECT_NE(ending, Ending::diverged);
    if (explorer.began_anew()) {
      result = {};
      continue;
    }
    if (ending == Ending::complete) ++result.outcomes[host.outcome()];
    if (ending == Ending::complete && host.all_finished()) ++result.finished[host.outcome()];
    if (ending == Ending::blocked && is_deadlock(explorer.blocked_threads()))
      result.stuck.insert(host.outcome());
  }
  EXPECT_TRUE(explorer.verified());
  result.counts = explorer.counts();
  result.states_vary = explorer.ground().states_vary;
  return result;
}

Script random_script(kernel::Random& random, unsigned length, bool pairs) {
  constexpr Order loads[] = {Order::relaxed, Order::acquire, Order::seq_cst};
  constexpr Order stores[] = {Order::relaxed, Order::release, Order::seq_cst};
  Script script;
  for (unsigned i = 0; i < length; ++i) {
    Step step{static_cast<Step::Kind>(random.below(pairs ? 8 : 6)), random.below(2), 0, Order::relaxed};
    const bool writes = step.kind == Step::Kind::store || step.kind == Step::Kind::add;
    step.order = writes ? stores[random.below(3)] : loads[random.below(3)];
    step.value = step.kind == Step::Kind::add ? 1 : random.below(3);
    if (step.kind == Step::Kind::spin_two) step.location = 0;
    script.push_back(step);
  }
  return script;
}

std::string words(const std::vector<Script>& scripts) {
  constexpr const char* kinds[] = {"load",          "store",    "add",     "spin_equal", "spin_different",
                                   "spin_exchange", "spin_two", "spin_up", "spin_try",   "spin_lock"};
  std::string text;
  for (const Script& script : scripts) {
    for (const Step& step : script)
      text += std::string(kinds[static_cast<int>(step.kind)]) + "(" + std::to_string(step.location) + ", " +
              std::to_string(step.value) + ") ";
    text += "| ";
  }
  return text;
}

std::vector<Script> random_program(std::uint64_t seed, bool pairs) {
  kernel::Random random(seed);
  std::vector<Script> scripts(2 + random.below(2));
  for (Script& script : scripts)
    script = random_script(random, 1 + random.below(scripts.size() == 2 ? 4 : 3), pairs);
  return scripts;
}

std::set<Outcome> set_of(const std::map<Outcome, unsigned>& outcomes) {
  std::set<Outcome> set;
  for (const auto& [outcome, times] : outcomes) set.insert(outcome);
  return set;
}

// Some of the spinning reads look before they try.
std::vector<Script> with_attempts(std::vector<Script> scripts, std::uint64_t seed) {
  kernel::Random random(~seed);
  for (Script& script : scripts) {
    for (Step& step : script) {
      const bool spins = step.kind == Step::Kind::spin_exchange || step.kind == Step::Kind::spin_different;
      if (spins || random.below(4) == 0)
        step = {Step::Kind::spin_try, step.location, step.value % 3, step.order};
    }
  }
  return scripts;
}

// Some of the reads take a lock.
std::vector<Script> with_locks(std::vector<Script> scripts, std::uint64_t seed) {
  kernel::Random random(~seed);
  for (Script& script : scripts) {
    for (Step& step : script) {
      if (random.below(3) == 0) step = {Step::Kind::spin_lock, step.location, step.value % 2, step.order};
    }
  }
  return scripts;
}

template <class Model>
class SpinInPlace : public testing::Test {};
using Models = testing::Types<models::Rc11, models::SequentialConsistency, models::Tso>;
TYPED_TEST_SUITE(SpinInPlace, Models);

TYPED_TEST(SpinInPlace, RandomProgramsHaveTheSameExecutions) {
  TypeParam model;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    const std::vector<Script> scripts = random_program(seed, false);
    const Explored with = explore_all(model, scripts, true);
    const Explored without = explore_all(model, scripts, false);
    const Explored awaits = explore_all(model, scripts, true, Waiting::awaits);
    ASSERT_EQ(with.outcomes, without.outcomes) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.outcomes, awaits.outcomes) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.stuck, without.stuck) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.stuck, awaits.stuck) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.counts.blocked, without.counts.blocked) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.counts.blocked, awaits.counts.blocked) << "seed " << seed << ": " << words(scripts);
    ASSERT_LE(with.counts.stale, without.counts.stale) << "seed " << seed << ": " << words(scripts);
    const Explored shuffled = explore_all(model, scripts, true, Waiting::loops, seed + 1);
    ASSERT_EQ(with.outcomes, shuffled.outcomes) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.stuck, shuffled.stuck) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.counts.blocked, shuffled.counts.blocked) << "seed " << seed << ": " << words(scripts);
  }
}

// Locks that look before they try. Failed attempts are not explored, although the first one leaves something
// behind where the thread looks: it is gone by the next attempt. (Of a thread that waits for ever it may be
// either.)
TYPED_TEST(SpinInPlace, FailedAttemptsAreNoExecutions) {
  TypeParam model;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    const std::vector<Script> scripts = with_attempts(random_program(seed, false), seed);
    const Explored with = explore_all(model, scripts, true);
    const Explored without = explore_all(model, scripts, false);
    const Explored awaits = explore_all(model, scripts, true, Waiting::awaits);
    const Explored shuffled = explore_all(model, scripts, true, Waiting::loops, seed + 1);
    for (const Explored* explored : {&with, &without, &shuffled}) {
      ASSERT_EQ(explored->finished, awaits.finished) << "seed " << seed << ": " << words(scripts);
      ASSERT_EQ(set_of(explored->outcomes), set_of(awaits.outcomes))
          << "seed " << seed << ": " << words(scripts);
      ASSERT_EQ(explored->stuck, awaits.stuck) << "seed " << seed << ": " << words(scripts);
    }
    const Explored recalled = explore_all(model, scripts, true, Waiting::loops, 0, true);
    ASSERT_EQ(recalled.counts.complete, with.counts.complete) << "seed " << seed << ": " << words(scripts);
  }
}

// N threads take a lock one after another: N! orders, times what each saw when it looked, if that may be old.
TYPED_TEST(SpinInPlace, LocksThatLookBeforeTheyTry) {
  using Kind = Step::Kind;
  TypeParam model;
  const std::vector<Script> scripts(
      3, {{Kind::spin_try, 0, 0, Order::acquire}, {Kind::store, 0, 0, Order::release}});
  const Explored with = explore_all(model, scripts, true);
  EXPECT_EQ(with.counts.complete, explore_all(model, scripts, true, Waiting::awaits).counts.complete);
  if constexpr (std::is_same_v<TypeParam, models::Rc11>) {
    EXPECT_EQ(with.counts.complete, 36U);
  }
}

// Loops that read several times a round. Which instruction is noticed first depends on the order.
TYPED_TEST(SpinInPlace, RandomProgramsWithLongerRoundsHaveTheSameExecutions) {
  TypeParam model;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    std::vector<Script> scripts = random_program(seed, true);
    if (seed % 2 == 0) scripts = with_attempts(std::move(scripts), seed);
    const Explored with = explore_all(model, scripts, true);
    const Explored without = explore_all(model, scripts, false);
    ASSERT_EQ(set_of(with.outcomes), set_of(without.outcomes)) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(with.stuck, without.stuck) << "seed " << seed << ": " << words(scripts);
    for (std::uint64_t order = 1; order <= 4; ++order) {
      const Explored shuffled = explore_all(model, scripts, true, Waiting::loops, seed * 5 + order);
      ASSERT_EQ(with.outcomes, shuffled.outcomes) << "seed " << seed << ": " << words(scripts);
      ASSERT_EQ(with.stuck, shuffled.stuck) << "seed " << seed << ": " << words(scripts);
      ASSERT_EQ(with.counts.blocked, shuffled.counts.blocked) << "seed " << seed << ": " << words(scripts);
    }
  }
}

// Loops are noticed whether or not executions are recalled.
TYPED_TEST(SpinInPlace, RecallingChangesNoCount) {
  TypeParam model;
  std::uint64_t recalled = 0;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    std::vector<Script> scripts = random_program(seed, seed % 2 == 0);
    if (seed % 4 < 2) scripts = with_attempts(std::move(scripts), seed);
    if (seed % 8 < 4) scripts = with_locks(std::move(scripts), seed);
    const bool in_place = seed % 3 != 0;
    const Explored all = explore_all(model, scripts, in_place);
    const Explored some = explore_all(model, scripts, in_place, Waiting::loops, 0, true);
    ASSERT_EQ(all.counts.complete, some.counts.complete) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(all.counts.blocked, some.counts.blocked) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(all.counts.operations, some.counts.operations) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(all.stuck, some.stuck) << "seed " << seed << ": " << words(scripts);
    recalled += some.recalled;
  }
  EXPECT_GT(recalled, 1000U);
}

// What has no state that lasts is noticed, and its loops are run.
TYPED_TEST(SpinInPlace, StatesThatVaryChangeNoCount) {
  TypeParam model;
  std::uint64_t varied = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const std::vector<Script> scripts = with_attempts(random_program(seed, seed % 2 == 0), seed);
    const Explored all = explore_all(model, scripts, true);
    noise = 1;
    const Explored some = explore_all(model, scripts, true, Waiting::loops, 0, true);
    noise = 0;
    ASSERT_EQ(all.counts.complete, some.counts.complete) << "seed " << seed << ": " << words(scripts);
    ASSERT_EQ(all.counts.blocked, some.counts.blocked) << "seed " << seed << ": " << words(scripts);
    if (some.states_vary) ++varied;
  }
  EXPECT_GT(varied, 100U);
}

// A ticket lock: as many executions as there are orders, and no run that only waits.
TYPED_TEST(SpinInPlace, TicketsAreServedWithoutStaleRuns) {
  using Kind = Step::Kind;
  TypeParam model;
  // The second thread waits for the first, the third for the second, and so on.
  std::vector<Script> scripts;
  for (Value i = 0; i < 6; ++i)
    scripts.push_back({{Kind::spin_equal, 0, i, Order::acquire}, {Kind::store, 0, i + 1, Order::release}});
  const Explored with = explore_all(model, scripts, true);
  EXPECT_EQ(with.counts.complete, 1U);
  EXPECT_EQ(with.counts.blocked + with.counts.stale, 0U);
  EXPECT_GT(explore_all(model, scripts, false).counts.stale, 0U);
}

}  // namespace
}  // namespace heddle::explore
