// Sequential consistency against its other definition: threads take turns on one memory.
#include "tests/oracle/sc.hpp"

#include <gtest/gtest.h>

#include <set>
#include <variant>
#include <vector>

#include "tests/oracle/generate.hpp"

namespace heddle::oracle {
namespace {

class Interleaver {
 public:
  explicit Interleaver(const Program& program) {
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
    if (rmw.reg) thread.registers[*rmw.reg] = cell;
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

  std::set<State> visited_;
  std::set<std::vector<Value>> states_;
};

TEST(Sc, StatesAreThoseOfInterleaving) {
  for (std::uint64_t index = 0; index < 250; ++index) {
    const GeneratedProgram generated = generate(11, index, sequential_consistency());
    EXPECT_EQ(Interleaver(generated.program).states(), generated.outcome.states) << generated.program.name;
  }
}

}  // namespace
}  // namespace heddle::oracle
