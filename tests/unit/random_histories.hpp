// Sequential objects, as small as they can be, and random histories of operations on them whose order is also
// known by walking a graph of events instead of by clocks.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "checker/detect/linearizability/history.hpp"
#include "checker/detect/linearizability/search.hpp"

namespace heddle::detect::test {

// A state is a vector of numbers: two registers, then the items of a queue.

enum class Verb : std::uint8_t { write, read, put, take, poll, add };

struct Call {
  Verb verb = Verb::read;
  int object = 0;  // which of two registers
  int argument = 0;
  int result = 0;
};

using State = std::vector<int>;

constexpr int nothing = -1;

inline State initial_state() { return {0, 0}; }

// What the call gives in `state`, which is changed; false: it waits.
inline bool perform(State& state, const Call& call, int& result) {
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
    case Verb::poll:  // does not wait
      if (state.size() == 2) return call.verb == Verb::poll;
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

// Threads that call, return, and now and then learn what another thread has done so far.
struct Generated {
  std::vector<Operation> operations;
  std::uint32_t threads = 0;
  std::vector<std::vector<bool>> precedes;  // by walking the events
};

enum class Items : std::uint8_t { of_two_kinds, all_different };

class Generator {
 public:
  explicit Generator(std::uint64_t seed, Items items = Items::of_two_kinds) : items_(items), dice_(seed) {}

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
        operation.call.result = static_cast<int>(below(kinds(made)));
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

  std::uint32_t kinds(const Generated& made) const {
    return items_ == Items::all_different ? static_cast<std::uint32_t>(made.operations.size()) + 2 : 3;
  }

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
      operation.call.argument = items_ == Items::all_different ? static_cast<int>(made.operations.size()) + 1
                                                               : static_cast<int>(1 + below(2));
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

  const Items items_;
  std::mt19937_64 dice_;
  std::vector<Thread> threads_;
  std::vector<std::vector<int>> edges_;
  std::vector<int> calls_;
  std::vector<int> returns_;
};

inline History history_of(const Generated& generated) {
  History history(generated.threads);
  for (const Operation& operation : generated.operations)
    history.add(operation.thread, operation.returned, operation.before);
  return history;
}

inline std::vector<OperationId> all_of(const Generated& generated) {
  std::vector<OperationId> ids;
  for (OperationId id = 0; id < generated.operations.size(); ++id) ids.push_back(id);
  return ids;
}

inline std::string text_of(const Generated& generated) {
  constexpr std::array<const char*, 6> names = {"write", "read", "put", "take", "poll", "add"};
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

}  // namespace heddle::detect::test
