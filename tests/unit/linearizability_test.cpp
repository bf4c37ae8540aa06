// The search against its definition: all permutations of the operations, all choices of which pending ones
// took effect, with an order found by walking a graph of events instead of by clocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "checker/detect/linearizability/history.hpp"
#include "checker/detect/linearizability/search.hpp"
#include "random_histories.hpp"

namespace heddle::detect {
namespace {

using namespace test;
using Outcome = Explanation::Outcome;

// ---- the definition

// Quiescent consistency: some set of operations was over before every other one began.
bool separated(const Generated& history, std::size_t a, std::size_t b) {
  const std::size_t n = history.operations.size();
  for (std::size_t set = 0; set < (std::size_t{1} << n); ++set) {
    if ((set >> a & 1) == 0 || (set >> b & 1) != 0) continue;
    bool cut = true;
    for (std::size_t x = 0; x < n && cut; ++x) {
      for (std::size_t y = 0; y < n && cut; ++y)
        cut = (set >> x & 1) == 0 || (set >> y & 1) != 0 || history.precedes[x][y];
    }
    if (cut) return true;
  }
  return false;
}

enum class Level : std::uint8_t { linearizable, sequential, quiescent };

std::vector<std::vector<bool>> order_asked_for(const Generated& history, Level level) {
  const std::size_t n = history.operations.size();
  std::vector<std::vector<bool>> order(n, std::vector<bool>(n, false));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      if (a == b) continue;
      const bool same = history.operations[a].thread == history.operations[b].thread;
      order[a][b] = level == Level::linearizable ? history.precedes[a][b] || (same && a < b)
                    : level == Level::sequential ? same && a < b
                                                 : separated(history, a, b);
    }
  }
  return order;
}

Outcome by_definition(const Generated& history, Level level, Pending pending) {
  const std::size_t n = history.operations.size();
  const auto order = order_asked_for(history, level);
  std::size_t returned = 0;
  for (std::size_t i = 0; i < n; ++i)
    returned |= static_cast<std::size_t>(history.operations[i].returned) << i;
  std::vector<std::size_t> sequence(n);
  Outcome best = Outcome::illegal;
  std::iota(sequence.begin(), sequence.end(), std::size_t{0});
  do {
    bool respects = true;
    for (std::size_t i = 0; i < n && respects; ++i) {
      for (std::size_t j = i + 1; j < n && respects; ++j) respects = !order[sequence[j]][sequence[i]];
    }
    if (!respects) continue;
    for (std::size_t left_out = 0; left_out < (std::size_t{1} << n); ++left_out) {
      if ((left_out & returned) != 0) continue;
      State state = initial_state();
      bool legal = true;
      bool all_wait = true;
      for (std::size_t i = 0; i < n && legal; ++i) {
        const Operation& operation = history.operations[sequence[i]];
        if ((left_out >> sequence[i] & 1) != 0) continue;
        legal = operation.returned || pending == Pending::may_have_happened;
        int result = 0;
        legal = legal && perform(state, operation.call, result) &&
                (!operation.returned || result == operation.call.result);
      }
      if (!legal) continue;
      if (pending == Pending::may_have_happened) return Outcome::legal;
      for (const Operation& operation : history.operations) {
        State copy = state;
        int result = 0;
        if (!operation.returned && perform(copy, operation.call, result)) all_wait = false;
      }
      if (all_wait) return Outcome::legal;
      best = Outcome::stuck;
    }
  } while (std::next_permutation(sequence.begin(), sequence.end()));
  return best;
}

// ---- both

Outcome by_search(const Generated& generated, Level level, Pending pending, LinearizationSearch& search) {
  const History history = history_of(generated);
  if (level == Level::linearizable) {
    Object object(generated.operations, all_of(generated));
    return search.explain(history, object, pending).outcome;
  }
  const DerivedHistory derived =
      level == Level::sequential ? in_program_order(history) : in_quiescent_order(history);
  Object object(generated.operations, {derived.origin.begin(), derived.origin.end()});
  return search.explain(derived.history, object, pending).outcome;
}

const std::vector<std::vector<Verb>> vocabularies = {
    {Verb::write, Verb::read}, {Verb::put, Verb::take}, {Verb::add, Verb::read, Verb::write}};

struct Agreement {
  std::uint32_t histories = 0;
  std::map<Outcome, std::uint32_t> outcomes;
};

Agreement compare(std::uint32_t histories, std::uint32_t operations_max, Level level) {
  Agreement agreement;
  LinearizationSearch search;
  Generator generator(17 + static_cast<std::uint64_t>(level));
  for (std::uint32_t i = 0; i < histories; ++i) {
    const Generated generated = generator.make(operations_max, vocabularies[i % vocabularies.size()]);
    const Pending pending = i % 2 == 0 ? Pending::may_have_happened : Pending::must_block;
    const Outcome expected = by_definition(generated, level, pending);
    const Outcome found = by_search(generated, level, pending, search);
    EXPECT_EQ(found, expected) << "history " << i << (i % 2 == 0 ? ", cut" : ", stuck") << "\n"
                               << text_of(generated);
    if (found != expected) break;
    ++agreement.histories;
    ++agreement.outcomes[found];
  }
  return agreement;
}

// Neither answer may be rare, or the agreement says little.
void expect_mixed(const Agreement& agreement, std::uint32_t histories) {
  Agreement copy = agreement;
  EXPECT_EQ(agreement.histories, histories);
  EXPECT_GT(copy.outcomes[Outcome::legal], histories / 20);
  EXPECT_GT(copy.outcomes[Outcome::illegal], histories / 50);
  EXPECT_GT(copy.outcomes[Outcome::stuck], histories / 100);
}

TEST(Linearizability, AgreesWithAllPermutations) {
  constexpr std::uint32_t histories = 50'000;
  expect_mixed(compare(histories, 6, Level::linearizable), histories);
}

TEST(SequentialConsistency, AgreesWithAllPermutations) {
  constexpr std::uint32_t histories = 10'000;
  expect_mixed(compare(histories, 5, Level::sequential), histories);
}

TEST(QuiescentConsistency, AgreesWithAllPermutations) {
  constexpr std::uint32_t histories = 10'000;
  expect_mixed(compare(histories, 5, Level::quiescent), histories);
}

TEST(Linearizability, PartsThatDoNotInfluenceEachOtherMayBeCheckedAlone) {
  LinearizationSearch search;
  Generator generator(5);
  for (int i = 0; i < 5'000; ++i) {
    const Generated generated = generator.make(6, {Verb::write, Verb::read, Verb::add});
    const History history = history_of(generated);
    std::vector<std::uint64_t> keys;
    for (const Operation& operation : generated.operations)
      keys.push_back(static_cast<std::uint64_t>(operation.call.object));
    bool all_legal = true;
    for (const std::uint64_t key : {0U, 1U}) {
      const DerivedHistory part = part_of(history, keys, key);
      Object object(generated.operations, {part.origin.begin(), part.origin.end()});
      all_legal = all_legal &&
                  search.explain(part.history, object, Pending::may_have_happened).outcome == Outcome::legal;
    }
    const Outcome expected = by_definition(generated, Level::linearizable, Pending::may_have_happened);
    ASSERT_EQ(all_legal, expected == Outcome::legal) << text_of(generated);
  }
}

TEST(Linearizability, ExplanationIsALegalOrder) {
  LinearizationSearch search;
  Generator generator(6);
  for (int i = 0; i < 2'000; ++i) {
    const Generated generated = generator.make(6, vocabularies[0]);
    Object object(generated.operations, all_of(generated));
    const Explanation& found = search.explain(history_of(generated), object, Pending::may_have_happened);
    State state = initial_state();
    for (std::size_t at = 0; at < found.order.size(); ++at) {
      const Operation& operation = generated.operations[found.order[at]];
      int result = 0;
      ASSERT_TRUE(perform(state, operation.call, result));
      if (operation.returned) {
        ASSERT_EQ(result, operation.call.result);
      }
      for (std::size_t later = at + 1; later < found.order.size(); ++later)
        ASSERT_FALSE(generated.precedes[found.order[later]][found.order[at]]);
    }
  }
}

TEST(Linearizability, LongestLegalPrefixEndsWhereNothingFits) {
  // One thread reads back what it never wrote.
  Generated generated;
  generated.threads = 1;
  generated.operations = {{{Verb::write, 0, 1, nothing}, 0, true, {0}},
                          {{Verb::read, 0, 0, 1}, 0, true, {1}},
                          {{Verb::read, 0, 0, 2}, 0, true, {2}}};
  LinearizationSearch search;
  Object object(generated.operations, all_of(generated));
  const Explanation& found = search.explain(history_of(generated), object, Pending::may_have_happened);
  EXPECT_EQ(found.outcome, Outcome::illegal);
  EXPECT_EQ(std::vector<OperationId>(found.order.begin(), found.order.end()),
            (std::vector<OperationId>{0, 1}));
}

TEST(Linearizability, BoundIsSaidSo) {
  // Writers whose order is open, and a reader who saw something impossible: every set of them is looked at.
  constexpr std::uint32_t writers = 12;
  Generated generated;
  generated.threads = writers + 1;
  const std::vector<std::uint32_t> none(generated.threads, 0);
  for (std::uint32_t t = 0; t < writers; ++t)
    generated.operations.push_back({{Verb::write, 0, static_cast<int>(t), nothing}, t, true, none});
  generated.operations.push_back({{Verb::read, 0, 0, 77}, writers, true, none});
  LinearizationSearch search;
  Object object(generated.operations, all_of(generated));
  EXPECT_EQ(search.explain(history_of(generated), object, Pending::may_have_happened, 100).outcome,
            Outcome::unknown);
  EXPECT_EQ(search.explain(history_of(generated), object, Pending::may_have_happened).outcome,
            Outcome::illegal);
  // 2^12 sets, the last writer of each non-empty one, and the initial state.
  EXPECT_EQ(search.configurations(), writers * (std::uint64_t{1} << (writers - 1)) + 1);
}

}  // namespace
}  // namespace heddle::detect
