// The order of a queue's items takes no order away that a queue could have, and every one that it could not:
// with it the search says what it says without it, of 50,000 random histories.
#include <gtest/gtest.h>

#include <vector>

#include "checker/detect/linearizability/fifo.hpp"
#include "random_histories.hpp"

namespace heddle::detect {
namespace {

using namespace test;
using Outcome = Explanation::Outcome;

std::vector<QueueEffect> effects_of(const Generated& generated) {
  using Kind = QueueEffect::Kind;
  std::vector<QueueEffect> effects;
  for (const Operation& operation : generated.operations) {
    const auto item = static_cast<std::uint64_t>(operation.call.result);
    if (operation.call.verb == Verb::put) {
      effects.push_back({Kind::puts, static_cast<std::uint64_t>(operation.call.argument)});
    } else if (operation.call.verb == Verb::read) {
      effects.push_back({Kind::none, 0});
    } else if (!operation.returned) {
      effects.push_back({Kind::may_take, 0});
    } else if (operation.call.result == nothing) {
      effects.push_back({Kind::finds_empty, 0});
    } else {
      effects.push_back({Kind::takes, item});
    }
  }
  return effects;
}

struct Comparison {
  int legal = 0;
  int illegal = 0;
  int refuted_by_rules = 0;  // of the illegal ones
  std::uint64_t configurations = 0;
  std::uint64_t configurations_without = 0;
};

void compare(const Generated& generated, Pending pending, LinearizationSearch& search, Comparison& all) {
  const History history = history_of(generated);
  Object plain(generated.operations, all_of(generated));
  const Outcome expected = search.explain(history, plain, pending).outcome;
  all.configurations_without += search.configurations();
  ++(expected == Outcome::illegal ? all.illegal : all.legal);
  const QueueOrder ordered = in_queue_order(history, effects_of(generated));
  if (!ordered.possible) {
    ASSERT_EQ(expected, Outcome::illegal) << text_of(generated);
    ++all.refuted_by_rules;
    return;
  }
  Object object(generated.operations, all_of(generated));
  ASSERT_EQ(search.explain(ordered.history, object, pending).outcome, expected) << text_of(generated);
  all.configurations += search.configurations();
}

Comparison compare(const std::vector<Verb>& verbs, std::uint32_t operations_max, Items items) {
  Comparison all;
  LinearizationSearch search;
  Generator generator(29, items);
  constexpr int histories = 25'000;
  for (int i = 0; i < histories && !testing::Test::HasFatalFailure(); ++i) {
    const Generated generated = generator.make(operations_max, verbs);
    compare(generated, i % 2 == 0 ? Pending::may_have_happened : Pending::must_block, search, all);
  }
  EXPECT_GT(all.legal, histories / 10);
  EXPECT_GT(all.illegal, histories / 20);
  EXPECT_LE(all.configurations, all.configurations_without);
  return all;
}

TEST(QueueOrder, ChangesNoVerdict) {
  const Comparison all = compare({Verb::put, Verb::poll, Verb::take, Verb::read}, 10, Items::all_different);
  EXPECT_GT(all.refuted_by_rules, all.illegal / 4);
}

TEST(QueueOrder, NothingIsTakenBeforeItWasPut) {
  Generated generated;
  generated.threads = 2;
  generated.operations = {{{Verb::poll, 0, 0, 1}, 0, true, {0, 0}},
                          {{Verb::put, 0, 1, nothing}, 1, true, {1, 0}}};
  EXPECT_FALSE(in_queue_order(history_of(generated), effects_of(generated)).possible);
  generated.operations[1].before = {0, 0};
  const QueueOrder ordered = in_queue_order(history_of(generated), effects_of(generated));
  EXPECT_TRUE(ordered.possible);
  EXPECT_TRUE(ordered.history.precedes(1, 0));
}

// Most items are there twice: the rules say nothing.
TEST(QueueOrder, ChangesNoVerdictOfRepeatedItems) {
  const Comparison all = compare({Verb::put, Verb::poll, Verb::take}, 8, Items::of_two_kinds);
  EXPECT_GT(all.legal, 0);
}

// What is left open needs no trying: of histories in which every operation returned, and did what only a
// queue does, the rules refute all that are not a queue's, and in the others the search takes nothing back.
TEST(QueueOrder, DecidesWhatIsAQueueAlone) {
  LinearizationSearch search;
  Generator generator(31, Items::all_different);
  int legal = 0;
  int illegal = 0;
  for (int i = 0; i < 20'000; ++i) {
    Generated generated = generator.make(12, {Verb::put, Verb::poll});
    bool complete = true;
    for (const Operation& operation : generated.operations) complete = complete && operation.returned;
    if (!complete) continue;
    const QueueOrder ordered = in_queue_order(history_of(generated), effects_of(generated));
    Object object(generated.operations, all_of(generated));
    const Outcome found = search.explain(ordered.history, object, Pending::may_have_happened).outcome;
    ASSERT_EQ(found == Outcome::legal, ordered.possible) << text_of(generated);
    ++(ordered.possible ? legal : illegal);
    if (ordered.possible) {
      ASSERT_EQ(search.configurations(), generated.operations.size() + 1) << text_of(generated);
    }
  }
  EXPECT_GT(legal, 2'000);
  EXPECT_GT(illegal, 500);
}

}  // namespace
}  // namespace heddle::detect
