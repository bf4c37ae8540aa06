// The enumerator against closed forms, against itself without pruning, and against other definitions of the
// models.
#include "tests/oracle/enumerate.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

#include "tests/oracle/generate.hpp"
#include "tests/oracle/rc11.hpp"
#include "tests/oracle/sc.hpp"
#include "tests/oracle/vector.hpp"

namespace heddle::oracle {
namespace {

Store store_of(std::size_t location, Value value, Order order = Order::rlx) {
  return {location, order, {std::nullopt, false, value}};
}

Thread thread_of(Block body, std::size_t registers) {
  Thread thread{std::move(body), {}, {}};
  for (std::size_t i = 0; i < registers; ++i) {
    thread.registers.push_back(std::to_string(i));
    thread.initial_registers.push_back(0);
  }
  return thread;
}

Program program_of(std::size_t locations, std::vector<Thread> threads) {
  Program program;
  for (std::size_t i = 0; i < locations; ++i) program.locations.push_back({std::to_string(i), true, 0});
  program.threads = std::move(threads);
  return program;
}

std::uint64_t factorial(std::uint64_t n) { return n == 0 ? 1 : n * factorial(n - 1); }

TEST(ClosedForm, ReadersOfOneStore) {
  for (std::size_t n = 1; n <= 6; ++n) {
    std::vector<Thread> threads{thread_of({{store_of(0, 1)}}, 0)};
    for (std::size_t i = 0; i < n; ++i) threads.push_back(thread_of({{Load{0, Order::rlx, 0}}}, 1));
    EXPECT_EQ(enumerate(program_of(1, threads), rc11()).executions, std::uint64_t{1} << n);
  }
}

TEST(ClosedForm, AtomicIncrements) {
  for (std::size_t n = 1; n <= 5; ++n) {
    const Rmw increment{RmwKind::add, 0, Order::rlx, {std::nullopt, false, 1}, 0};
    const std::vector<Thread> threads(n, thread_of({{increment}}, 1));
    EXPECT_EQ(enumerate(program_of(1, threads), rc11()).executions, factorial(n));
  }
}

TEST(ClosedForm, Writers) {
  for (std::size_t n = 1; n <= 5; ++n) {
    std::vector<Thread> threads{thread_of({{Load{0, Order::rlx, 0}}}, 1)};
    for (std::size_t i = 0; i < n; ++i)
      threads.push_back(thread_of({{store_of(0, static_cast<Value>(i) + 1)}}, 0));
    EXPECT_EQ(enumerate(program_of(1, threads), rc11()).executions, factorial(n) * (n + 1));
  }
}

TEST(ClosedForm, IndependentStoreBuffers) {
  for (std::size_t pairs = 1; pairs <= 3; ++pairs) {
    std::vector<Thread> threads;
    for (std::size_t i = 0; i < pairs; ++i) {
      threads.push_back(thread_of({{store_of(2 * i, 1)}, {Load{2 * i + 1, Order::rlx, 0}}}, 1));
      threads.push_back(thread_of({{store_of(2 * i + 1, 1)}, {Load{2 * i, Order::rlx, 0}}}, 1));
    }
    const Program program = program_of(2 * pairs, threads);
    EXPECT_EQ(enumerate(program, rc11()).executions, std::uint64_t{1} << (2 * pairs));
    EXPECT_EQ(enumerate(program, sequential_consistency()).executions, pairs == 1   ? 3U
                                                                       : pairs == 2 ? 9U
                                                                                    : 27U);
  }
}

TEST(Enumerate, LimitIsKept) {
  const std::vector<Thread> threads(4, thread_of({{store_of(0, 1)}, {store_of(0, 2)}}, 0));
  EXPECT_THROW(enumerate(program_of(1, threads), rc11(), {Pruning::prefixes, 100}), TooLarge);
}

TEST(Enumerate, PruningChangesNothing) {
  std::size_t compared = 0;
  for (std::uint64_t index = 0; index < 300; ++index) {
    for (const Model& model : {rc11(), sequential_consistency()}) {
      const GeneratedProgram generated = generate(7, index, model);
      try {
        const Outcome plain = enumerate(generated.program, model, {Pruning::none, 20'000});
        EXPECT_EQ(plain.states, generated.outcome.states) << generated.program.name;
        EXPECT_EQ(plain.executions, generated.outcome.executions) << generated.program.name;
        EXPECT_EQ(plain.racy, generated.outcome.racy) << generated.program.name;
        ++compared;
      } catch (const TooLarge&) {
        continue;
      }
    }
  }
  EXPECT_GT(compared, 400U);
}

// Sequential consistency by its other definition: threads take turns on one memory.
class Interleaver {
 public:
  explicit Interleaver(const Program& program) : program_(program) {
    State state;
    for (const Location& location : program.locations) state.memory.push_back(location.initial);
    for (const Thread& thread : program.threads) {
      state.threads.push_back({flatten(thread.body), thread.initial_registers});
    }
    step(state);
  }

  const std::set<std::vector<Value>>& states() const { return states_; }

 private:
  struct Turn {
    std::vector<const Operation*> rest;  // the next operation last
    std::vector<Value> registers;
    friend auto operator<=>(const Turn&, const Turn&) = default;
  };
  struct State {
    std::vector<Turn> threads;
    std::vector<Value> memory;
    friend auto operator<=>(const State&, const State&) = default;
  };

  static std::vector<const Operation*> flatten(const Block& block) {
    std::vector<const Operation*> result;
    for (auto it = block.rbegin(); it != block.rend(); ++it) result.push_back(&*it);
    return result;
  }

  void step(const State& state) {
    if (!visited_.insert(state).second) return;
    bool ended = true;
    for (std::size_t id = 0; id < state.threads.size(); ++id) {
      if (state.threads[id].rest.empty()) continue;
      ended = false;
      State next = state;
      const Operation* operation = next.threads[id].rest.back();
      next.threads[id].rest.pop_back();
      std::visit([&](const auto& action) { perform(action, next.threads[id], next.memory); },
                 operation->action);
      step(next);
    }
    if (!ended) return;
    std::vector<Value> row;
    for (const Turn& thread : state.threads)
      row.insert(row.end(), thread.registers.begin(), thread.registers.end());
    row.insert(row.end(), state.memory.begin(), state.memory.end());
    states_.insert(row);
  }

  static Value value_of(const Expression& e, const Turn& thread) {
    return (e.reg && !e.false_dependency ? thread.registers[*e.reg] : 0) + e.constant;
  }

  static void perform(const Load& load, Turn& thread, const std::vector<Value>& memory) {
    thread.registers[load.reg] = memory[load.location];
  }
  static void perform(const Store& store, const Turn& thread, std::vector<Value>& memory) {
    memory[store.location] = value_of(store.value, thread);
  }
  static void perform(const Rmw& rmw, Turn& thread, std::vector<Value>& memory) {
    const Value operand = value_of(rmw.value, thread);
    Value& cell = memory[rmw.location];
    thread.registers[rmw.reg] = cell;
    switch (rmw.kind) {
      case RmwKind::xchg:
        cell = operand;
        break;
      case RmwKind::add:
        cell += operand;
        break;
      case RmwKind::sub:
        cell -= operand;
        break;
      case RmwKind::bit_or:
        cell |= operand;
        break;
      case RmwKind::bit_xor:
        cell ^= operand;
        break;
      case RmwKind::bit_and:
        cell &= operand;
        break;
    }
  }
  static void perform(const Cas& cas, Turn& thread, std::vector<Value>& memory) {
    const Value desired = value_of(cas.desired, thread);
    Value& cell = memory[cas.location];
    thread.registers[cas.old] = cell;
    thread.registers[cas.reg] = cell == cas.expected ? 1 : 0;
    if (cell == cas.expected) cell = desired;
  }
  static void perform(const Fence&, const Turn&, const std::vector<Value>&) {}
  static void perform(const If& branch, Turn& thread, const std::vector<Value>&) {
    const bool taken = (thread.registers[branch.reg] == branch.value) == branch.equal;
    const auto chosen = flatten(taken ? branch.then_block : branch.else_block);
    thread.rest.insert(thread.rest.end(), chosen.begin(), chosen.end());
  }

  const Program& program_;
  std::set<State> visited_;
  std::set<std::vector<Value>> states_;
};

TEST(Sc, StatesAreThoseOfInterleaving) {
  for (std::uint64_t index = 0; index < 500; ++index) {
    const GeneratedProgram generated = generate(11, index, sequential_consistency());
    EXPECT_EQ(Interleaver(generated.program).states(), generated.outcome.states) << generated.program.name;
  }
}

void make_sequential(Block& block) {
  for (Operation& operation : block) {
    if (auto* load = std::get_if<Load>(&operation.action)) load->order = Order::sc;
    if (auto* store = std::get_if<Store>(&operation.action)) store->order = Order::sc;
    if (auto* rmw = std::get_if<Rmw>(&operation.action)) rmw->order = Order::sc;
    if (auto* cas = std::get_if<Cas>(&operation.action)) cas->success = cas->failure = Order::sc;
    if (auto* branch = std::get_if<If>(&operation.action)) {
      make_sequential(branch->then_block);
      make_sequential(branch->else_block);
    }
  }
}

TEST(Rc11, OfScAccessesOnlyIsSequentialConsistency) {
  for (std::uint64_t index = 0; index < 500; ++index) {
    Program program = generate(13, index, rc11()).program;
    for (Thread& thread : program.threads) make_sequential(thread.body);
    const Outcome weak = enumerate(program, rc11());
    const Outcome strong = enumerate(program, sequential_consistency());
    EXPECT_EQ(weak.states, strong.states) << program.name;
    EXPECT_EQ(weak.executions, strong.executions) << program.name;
  }
}

TEST(Rc11, AllowsWhateverScDoes) {
  std::size_t weaker = 0;
  for (std::uint64_t index = 0; index < 500; ++index) {
    const GeneratedProgram generated = generate(17, index, rc11());
    const Outcome strong = enumerate(generated.program, sequential_consistency());
    for (const auto& state : strong.states) {
      EXPECT_EQ(generated.outcome.states.count(state), 1U) << generated.program.name;
    }
    EXPECT_LE(strong.executions, generated.outcome.executions) << generated.program.name;
    EXPECT_LE(strong.racy, generated.outcome.racy) << generated.program.name;
    weaker += generated.outcome.executions > strong.executions ? 1U : 0U;
  }
  EXPECT_GT(weaker, 50U);
}

}  // namespace
}  // namespace heddle::oracle
