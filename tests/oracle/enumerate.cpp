// All models forbid cycles in po | rf, so every consistent execution can be put together by running its
// threads in some order in which each read comes after the store it reads. Two steps:
//  1. From a set of half-run threads, let any thread perform its next read from any store there is. A visited
//  set drops
//     what another order of the same choices already gave. The results are all (control path, rf).
//  2. For each of them, try every permutation of the stores to every location as mo.
// The axioms are monotone (more events, rf or mo never repair a violation), so both steps may give up early.
#include "tests/oracle/enumerate.hpp"

#include <utility>

#include "tests/oracle/happens_before.hpp"
#include "tests/oracle/interpret.hpp"

namespace heddle::oracle {
namespace {

using Threads = std::vector<ThreadRun>;

class Enumerator {
 public:
  Enumerator(const Program& program, const Model& model, const Limits& limits)
      : program_(program), model_(model), limits_(limits), columns_(state_variables(program)) {}

  Outcome run() {
    Threads threads;
    for (std::size_t id = 0; id < program_.threads.size(); ++id)
      threads.emplace_back(program_.threads[id], id);
    choose_reads(threads);
    return std::move(outcome_);
  }

 private:
  // Step 1.
  void choose_reads(const Threads& threads) {
    std::vector<std::vector<EventName>> choices;
    for (const ThreadRun& thread : threads) choices.push_back(thread.sources());
    if (!visited_.insert(std::move(choices)).second) return;

    const Execution execution = make_execution(threads);
    if (limits_.pruning == Pruning::prefixes && !consistent(execution)) return;

    bool complete = true;
    for (std::size_t id = 0; id < threads.size(); ++id) {
      const auto location = threads[id].pending_read();
      if (!location) continue;
      complete = false;
      read_from(threads, id, {std::nullopt, *location}, program_.locations[*location].initial);
      for (std::size_t other = 0; other < threads.size(); ++other) {
        const auto& events = threads[other].events();
        for (std::size_t index = 0; index < events.size(); ++index) {
          if (events[index].kind != EventKind::write || events[index].location != *location) continue;
          read_from(threads, id, {other, index}, events[index].value);
        }
      }
    }
    if (complete) {
      registers_ = &threads;
      order_stores(execution, 0, stores_to(execution, 0));
    }
  }

  void read_from(const Threads& threads, std::size_t reader, EventName source, Value value) {
    Threads next = threads;
    next[reader].read(source, value);
    choose_reads(next);
  }

  // Initial stores first, then each thread's events; mo holds only what is certain: the initial store is
  // first.
  Execution make_execution(const Threads& threads) const {
    std::vector<Event> events;
    for (std::size_t location = 0; location < program_.locations.size(); ++location) {
      events.push_back(
          {std::nullopt, EventKind::write, Order::na, location, program_.locations[location].initial});
    }
    std::vector<std::size_t> first;
    for (const ThreadRun& thread : threads) {
      first.push_back(events.size());
      events.insert(events.end(), thread.events().begin(), thread.events().end());
    }

    Execution execution(std::move(events));
    for (std::size_t to = program_.locations.size(); to < execution.size(); ++to) {
      for (std::size_t from = 0; from < to; ++from) {
        const auto& thread = execution.events[from].thread;
        if (!thread || thread == execution.events[to].thread) execution.po.add(from, to);
      }
    }
    for (std::size_t id = 0; id < threads.size(); ++id) {
      auto source = threads[id].sources().begin();
      for (std::size_t index = 0; index < threads[id].events().size(); ++index) {
        const std::size_t event = first[id] + index;
        if (!execution.reads.contains(event)) continue;
        execution.rf.add(source->thread ? first[*source->thread] + source->index : source->index, event);
        ++source;
        if (threads[id].reads_to_modify(index)) execution.rmw.add(event, event + 1);
      }
    }
    for (std::size_t location = 0; location < program_.locations.size(); ++location) {
      stores_to(execution, location).for_each([&](std::size_t store) { execution.mo.add(location, store); });
    }
    return execution;
  }

  // The stores to a location but the initial one; none when there is no such location.
  EventSet stores_to(const Execution& execution, std::size_t location) const {
    if (location == program_.locations.size()) return {};
    return (execution.same_location.successors(location) & execution.writes) - EventSet::single(location);
  }

  // Step 2: `unplaced` are the stores to `location` that follow those already placed; smaller locations are
  // done.
  void order_stores(const Execution& execution, std::size_t location, EventSet unplaced) {
    if (location == program_.locations.size()) {
      if (consistent(execution)) record(execution);
      return;
    }
    if (unplaced.size() <= 1) {
      order_stores(execution, location + 1, stores_to(execution, location + 1));
      return;
    }
    unplaced.for_each([&](std::size_t store) {
      const EventSet later = unplaced - EventSet::single(store);
      Execution next = execution;
      later.for_each([&](std::size_t successor) { next.mo.add(store, successor); });
      if (limits_.pruning == Pruning::none || consistent(next)) order_stores(next, location, later);
    });
  }

  bool consistent(const Execution& execution) {
    if (++judgements_ > limits_.judgements_max) throw TooLarge();
    return model_.consistent(execution);
  }

  void record(const Execution& execution) {
    std::vector<Value> state;
    for (const StateVariable& column : columns_) state.push_back(value_of(execution, column));
    outcome_.states.insert(std::move(state));
    ++outcome_.executions;

    bool positive = true;
    for (const auto& [variable, value] : program_.exists) {
      positive = positive && value_of(execution, variable) == value;
    }
    if (positive) ++outcome_.positive;
    outcome_.racy = outcome_.racy || has_race(execution, model_.happens_before(execution));
  }

  Value value_of(const Execution& execution, StateVariable variable) const {
    if (variable.thread) return (*registers_)[*variable.thread].registers()[variable.index];
    std::size_t last = variable.index;
    stores_to(execution, variable.index).for_each([&](std::size_t store) {
      if (execution.mo.successors(store).empty()) last = store;
    });
    return execution.events[last].value;
  }

  const Program& program_;
  const Model& model_;
  const Limits& limits_;
  const std::vector<StateVariable> columns_;
  std::set<std::vector<std::vector<EventName>>> visited_;
  const Threads* registers_ = nullptr;  // of the execution whose mo is being chosen
  std::uint64_t judgements_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome enumerate(const Program& program, const Model& model, const Limits& limits) {
  return Enumerator(program, model, limits).run();
}

}  // namespace heddle::oracle
