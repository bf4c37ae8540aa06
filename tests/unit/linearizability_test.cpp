// The search against its definition: all permutations of the operations, all choices of which pending ones
// took effect, with an order found by walking a graph of events instead of by clocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "checker/detect/linearizability/history.hpp"
#include "checker/detect/linearizability/search.hpp"

namespace heddle::detect {
namespace {

using Outcome = Explanation::Outcome;

// ---- sequential objects, as small as they can be: a state is a vector of numbers

enum class Verb : std::uint8_t { write, read, put, take, add };

struct Call {
  Verb verb = Verb::read;
  int object = 0;  // which of two registers
  int argument = 0;
  int result = 0;
};

using State = std::vector<int>;

constexpr int nothing = -1;

State initial_state() { return {0, 0}; }  // two registers, then the items of a queue

// What the call gives in `state`, which is changed; false: it waits.
bool perform(State& state, const Call& call, int& result) {
  result = nothing;
  const auto object = static_cast<std::size_t>(call.object);
  switch (call.verb) {
    case Verb::write:
      state[object] = call.argument;
      return true;
    case Verb::read:
      result = state[object];
      return true;
    case Verb::add:
      result = state[object];
      state[object] += call.argument;
      return true;
    case Verb::put:
      state.push_back(call.argument);
      return true;
    case Verb::take:
      if (state.size() == 2) return false;
      result = state[2];
      state.erase(state.begin() + 2);
      return true;
  }
  return false;
}

struct Operation {
  Call call;
  std::uint32_t thread = 0;
  bool returned = false;
  std::vector<std::uint32_t> before;  // clock at the call, in operations that returned
};

class Object final : public Specification {
 public:
  Object(const std::vector<Operation>& operations, std::vector<OperationId> origin)
      : operations_(operations), origin_(std::move(origin)) {
    intern(initial_state());
  }

  Step apply(StateId state, OperationId id, StateId& after) override {
    const Operation& operation = operations_[origin_[id]];
    State next = states_[state];
    int result = 0;
    if (!perform(next, operation.call, result)) return Step::blocked;
    if (operation.returned && result != operation.call.result) return Step::illegal;
    after = intern(next);
    return Step::legal;
  }

 private:
  StateId intern(const State& state) {
    const auto [place, fresh] = ids_.emplace(state, static_cast<StateId>(states_.size()));
    if (fresh) states_.push_back(state);
    return place->second;
  }

  const std::vector<Operation>& operations_;
  std::vector<OperationId> origin_;
  std::deque<State> states_;
  std::map<State, StateId> ids_;
};

// ---- random histories

// Threads that call, return, and now and then learn what another thread has done so far.
struct Generated {
  std::vector<Operation> operations;
  std::uint32_t threads = 0;
  std::vector<std::vector<bool>> precedes;  // by walking the events
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : dice_(seed) {}

  Generated make(std::uint32_t operations_max, const std::vector<Verb>& verbs) {
    Generated made;
    made.threads = 2 + below(2);
    threads_.assign(made.threads, {});
    for (Thread& thread : threads_) thread.clock.assign(made.threads, 0);
    edges_.clear();
    State state = initial_state();
    const std::uint32_t wanted = 2 + below(operations_max - 1);
    // Bounded: all threads may wait for an item.
    for (int i = 0; i < 60 && (made.operations.size() < wanted || below(3) != 0); ++i)
      step(made, wanted, state, verbs);
    for (Operation& operation : made.operations) {
      if (operation.returned && below(8) == 0 && operation.call.result != nothing)
        operation.call.result = static_cast<int>(below(3));
    }
    walk(made);
    return made;
  }

 private:
  struct Thread {
    std::vector<std::uint32_t> clock;
    int running = nothing;  // operation under way
    bool took_effect = false;
    std::uint32_t returned = 0;
    int last_event = nothing;
  };

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(dice_() % n); }

  int event(Thread& thread) {
    const int made = static_cast<int>(edges_.size());
    edges_.emplace_back();
    if (thread.last_event != nothing) edges_[static_cast<std::size_t>(thread.last_event)].push_back(made);
    thread.last_event = made;
    return made;
  }

  void step(Generated& made, std::uint32_t wanted, State& state, const std::vector<Verb>& verbs) {
    const std::uint32_t t = below(made.threads);
    Thread& thread = threads_[t];
    if (thread.running == nothing) {
      if (below(3) == 0) return learn(t);
      if (made.operations.size() >= wanted) return;
      Operation operation;
      operation.call.verb = verbs[below(static_cast<std::uint32_t>(verbs.size()))];
      operation.call.object = static_cast<int>(below(2));
      operation.call.argument = static_cast<int>(1 + below(2));
      operation.thread = t;
      operation.before = thread.clock;
      thread.running = static_cast<int>(made.operations.size());
      thread.took_effect = false;
      made.operations.push_back(operation);
      calls_.resize(made.operations.size());
      returns_.resize(made.operations.size());
      calls_[made.operations.size() - 1] = event(thread);
      return;
    }
    Operation& operation = made.operations[static_cast<std::size_t>(thread.running)];
    if (!thread.took_effect) {
      State after = state;
      if (!perform(after, operation.call, operation.call.result)) return;
      state = after;
      thread.took_effect = true;
      return;
    }
    operation.returned = true;
    returns_[static_cast<std::size_t>(thread.running)] = event(thread);
    thread.running = nothing;
    thread.clock[t] = ++thread.returned;
  }

  // Everything another thread has done so far comes before what thread t does next.
  void learn(std::uint32_t t) {
    const std::uint32_t from = below(static_cast<std::uint32_t>(threads_.size()));
    if (from == t || threads_[from].last_event == nothing) return;
    const int source = threads_[from].last_event;
    const int here = event(threads_[t]);
    edges_[static_cast<std::size_t>(source)].push_back(here);
    for (std::size_t u = 0; u < threads_.size(); ++u)
      threads_[t].clock[u] = std::max(threads_[t].clock[u], threads_[from].clock[u]);
  }

  void walk(Generated& made) const {
    const std::size_t n = made.operations.size();
    made.precedes.assign(n, std::vector<bool>(n, false));
    for (std::size_t a = 0; a < n; ++a) {
      if (!made.operations[a].returned) continue;
      std::vector<bool> reached(edges_.size(), false);
      std::vector<int> open = {returns_[a]};
      while (!open.empty()) {
        const auto at = static_cast<std::size_t>(open.back());
        open.pop_back();
        if (reached[at]) continue;
        reached[at] = true;
        open.insert(open.end(), edges_[at].begin(), edges_[at].end());
      }
      for (std::size_t b = 0; b < n; ++b)
        made.precedes[a][b] = a != b && reached[static_cast<std::size_t>(calls_[b])];
    }
  }

  std::mt19937_64 dice_;
  std::vector<Thread> threads_;
  std::vector<std::vector<int>> edges_;
  std::vector<int> calls_;
  std::vector<int> returns_;
};

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

History history_of(const Generated& generated) {
  History history(generated.threads);
  for (const Operation& operation : generated.operations)
    history.add(operation.thread, operation.returned, operation.before);
  return history;
}

std::vector<OperationId> all_of(const Generated& generated) {
  std::vector<OperationId> ids(generated.operations.size());
  std::iota(ids.begin(), ids.end(), OperationId{0});
  return ids;
}

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

std::string text_of(const Generated& generated) {
  constexpr std::array<const char*, 5> names = {"write", "read", "put", "take", "add"};
  std::string text;
  for (std::size_t b = 0; b < generated.operations.size(); ++b) {
    const Operation& operation = generated.operations[b];
    text += "  T" + std::to_string(operation.thread) + " " +
            names[static_cast<std::size_t>(operation.call.verb)] + std::to_string(operation.call.object) +
            "(" + std::to_string(operation.call.argument) + ")" +
            (operation.returned ? " -> " + std::to_string(operation.call.result) : " pending") + " after";
    for (std::size_t a = 0; a < generated.operations.size(); ++a) {
      if (generated.precedes[a][b]) text += " " + std::to_string(a);
    }
    text += "\n";
  }
  return text;
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
