// Is an object what it is said to be? Heddle makes small concurrent programs from a list of its operations,
// explores each, and looks for one order of the operations, after what happened before what, in which a plain
// sequential type gives the same results.
//
//   struct Queue {                                     // what a queue is
//     std::deque<int> items;
//     void push(int value) { items.push_back(value); }
//     std::optional<int> pop() { … }
//     bool operator==(const Queue&) const = default;
//   };
//
//   TEST(LockFreeQueue, IsAQueue) {
//     EXPECT_HEDDLE((heddle::verify<LockFreeQueue, Queue>(
//         heddle::operation("push", [](auto& queue, int value) { queue.push(value); }, heddle::fresh()),
//         heddle::operation("pop", [](auto& queue) { return queue.pop(); }))));
//   }
//
// docs/linearizability.md explains what is checked and why it is right under weak memory.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <heddle/check.hpp>
#include <heddle/source_place.hpp>
#include <heddle/verify/generate.hpp>
#include <heddle/verify/operation.hpp>
#include <heddle/verify/run.hpp>
#include <heddle/verify/scenario.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace heddle {

struct VerifyOptions {
  Consistency consistency = Consistency::linearizable;

  // All scenarios within `bounds`, the smallest first, size by size, while they are no more than `scenarios`
  // in all.
  ScenarioBounds bounds;
  std::size_t scenarios = 600;
  // Then so many random ones.
  ScenarioBounds random_bounds = {3, 3, 2, 2};
  std::size_t random_scenarios = 40;
  std::uint64_t seed = 1;
  // Further constraints: a scenario for which this answers false is left out. Operations have the numbers of
  // their positions in the list, from 0.
  std::function<bool(const Scenario&)> constraint;

  // A scenario that needs more executions than this is explored in part.
  std::uint64_t executions = 1'500;
  // Steps of all threads in one execution; an execution with more is cut, and the scenario counts as
  // unfinished.
  std::uint64_t steps = 20'000;
  std::chrono::milliseconds budget{30'000};  // of wall time, for all scenarios

  // How a scenario is explored. Its budget and its number of executions are those above.
  CheckOptions check;
};

struct VerifyResult : CheckResult {
  std::string scenario;  // the one that failed, as heddle::scenario takes it; empty if none did
  std::string history;   // what happened in it, for people
  std::size_t scenarios = 0;
  std::size_t all_up_to = 0;   // scenarios of so many operations were all looked at, within the bounds
  std::size_t unfinished = 0;  // scenarios that were not explored to their end

  std::string report() const {
    if (scenario.empty()) return CheckResult::report();
    return history + "Regression: heddle::scenario(\"" + scenario + "\")\n\n" + CheckResult::report();
  }
};

namespace detail {

template <class T>
inline constexpr bool is_operation = false;
template <class... T>
inline constexpr bool is_operation<Operation<T...>> = true;

template <class Object, class Specification>
class Verification {
  static_assert(
      std::is_default_constructible_v<Object>,
      "heddle::verify: the object must have a default constructor: wrap it in a struct that gives it its "
      "arguments");
  static_assert(
      std::is_default_constructible_v<Specification>,
      "heddle::verify: the specification must have a default constructor, which makes its initial state");
  static_assert(
      std::is_copy_constructible_v<Specification>,
      "heddle::verify: the specification must be copyable: the search keeps a copy of every state it meets. "
      "It is a plain sequential type, without mutexes and atomics");

 public:
  template <class... Parts>
  explicit Verification(Parts&&... parts) {
    (take(std::forward<Parts>(parts)), ...);
    for (const auto& action : actions_) words_.push_back(action.get());
  }

  VerifyResult run() {
    deadline_ = std::chrono::steady_clock::now() + options_.budget;
    if (const std::string wrong = what_is_wrong(); !wrong.empty()) return misused(wrong);
    if (const std::string wrong = what_is_wrong_with_specification(); !wrong.empty()) return misused(wrong);
    result_.verdict = Verdict::no_bug_found;
    if (!texts_.empty()) {
      run_given();
    } else {
      run_generated();
    }
    result_.executions = executions_;
    if (passed_so_far()) conclude();
    return std::move(result_);
  }

 private:
  static constexpr int native_budget_min = 5;  // ms
  static constexpr unsigned bound_max = 100;

  void take(VerifyOptions options) { options_ = std::move(options); }
  void take(ScenarioText text) { texts_.push_back(std::move(text.text)); }
  template <class... T>
  void take(Operation<T...> row) {
    if (actions_.empty()) where_ = row.name.where;
    actions_.push_back(std::make_unique<TypedAction<Object, Specification, T...>>(std::move(row)));
  }

  VerifyResult misused(const std::string& message) {
    result_.verdict = Verdict::error;
    result_.message = "heddle::verify: " + message;
    return std::move(result_);
  }

  // ---- before anything runs

  std::string what_is_wrong() const {
    if (actions_.empty()) return "there are no operations";
    for (const ScenarioBounds* bounds : {&options_.bounds, &options_.random_bounds}) {
      if (bounds->threads == 0 || bounds->calls_per_thread == 0)
        return "ScenarioBounds: threads and calls_per_thread must be at least 1";
      if (std::max({bounds->threads, bounds->calls_per_thread, bounds->initial, bounds->final}) > bound_max)
        return "ScenarioBounds: no bound may be above " + std::to_string(bound_max);
    }
    if (texts_.empty() && options_.scenarios == 0 && options_.random_scenarios == 0)
      return "VerifyOptions: scenarios and random_scenarios are both 0, so that nothing would be explored";
    for (const OperationInfo* word : words_) {
      if (word->name.empty() || word->name.find_first_of("()[]|;") != std::string::npos)
        return "operation \"" + word->name +
               "\" needs a name without ( ) [ ] | ; which separate calls in scenarios";
      if (word->at_most == 0 || word->after == word->name)
        return "operation \"" + word->name + "\" could never be called: at_most(0), or after(itself)";
      for (const std::string& other : {word->after, word->closes}) {
        if (!other.empty() && !knows(other))
          return "operation \"" + word->name + "\" refers to \"" + other + "\", which is not in the list";
      }
      for (const OperationInfo* other : words_) {
        if (word != other && word->name == other->name)
          return "two operations are called \"" + word->name + "\"";
      }
    }
    return "";
  }

  bool knows(const std::string& name) const {
    for (const OperationInfo* word : words_) {
      if (word->name == name) return true;
    }
    return false;
  }

  // The same calls on two fresh specifications must give the same results: a specification is a function of
  // the calls. Looked at in an execution of its own, which a specification that crashes or never returns ends
  // and the program survives.
  std::string what_is_wrong_with_specification() {
    const auto body = [this] { report_.write(compare_specifications()); };
    CheckOptions options = options_.check;
    options.strategy = Strategy::random_walk;
    options.max_executions = 1;
    report_.write("");
    const CheckResult checked = heddle::check(body, options, where_);
    if (!checked.findings.empty())
      return "the specification fails by itself, called by one thread: " + checked.findings.front().rule +
             ": " + checked.findings.front().message;
    if (checked.verdict == Verdict::error) return checked.message;
    return report_.text();
  }

  std::string compare_specifications() const {
    constexpr int sequences = 40;
    constexpr unsigned length = 6;
    const Generator generator(words_, nullptr);
    std::uint64_t state = options_.seed;
    try {
      for (int i = 0; i < sequences; ++i) {
        Scenario scenario =
            generator.random({.threads = 2, .calls_per_thread = length, .initial = 0, .final = 0}, state);
        if (scenario.threads.empty()) break;  // constraints that are seldom met
        Specification first;
        Specification second;
        for (const ScenarioCall& call : scenario.threads.front()) {
          const ResultPointer a = actions_[call.operation]->dictate(first, call);
          Specification copy = second;
          const ResultPointer b = actions_[call.operation]->dictate(copy, call);
          second = Specification(copy);
          const bool same_result =
              (a == nullptr) == (b == nullptr) && (a == nullptr || a->text() == b->text());
          bool same_state = true;
          if constexpr (std::equality_comparable<Specification>) same_state = first == second;
          if (!same_result || !same_state)
            return "the specification is not deterministic: " + text_of(call, words_) +
                   (same_result ? " led to two different states" : " gave two different results") +
                   " after the same calls. If several results are right, say which with allows(…)";
        }
      }
    } catch (...) {
      return "the specification threw an exception where it may not: from its constructor, its copy, a "
             "condition of "
             "waits_until or a comparison. Only operations may throw";
    }
    return "";
  }

  // ---- scenarios

  void run_given() {
    for (const std::string& text : texts_) {
      std::string error;
      const Scenario scenario = ScenarioReader(text, words_).read(error);
      if (!error.empty()) {
        result_.verdict = Verdict::error;
        result_.message = "heddle::verify: " + error;
        return;
      }
      if (!explore(scenario)) return;
    }
  }

  void run_generated() {
    const Generator generator(words_, options_.constraint);
    const ScenarioBounds& bounds = options_.bounds;
    const std::size_t largest =
        bounds.initial + bounds.final + std::size_t{bounds.threads} * bounds.calls_per_thread;
    for (std::size_t size = 2; size <= largest; ++size) {
      std::size_t count = result_.scenarios;
      if (!generator.all_of_size(size, bounds,
                                 [&](const Scenario&) { return ++count <= options_.scenarios; }))
        break;
      if (!generator.all_of_size(size, bounds, [&](const Scenario& scenario) { return explore(scenario); }))
        return;
      result_.all_up_to = size;
    }
    std::uint64_t state = options_.seed;
    for (std::size_t i = 0; i < options_.random_scenarios; ++i) {
      const Scenario scenario = generator.random(options_.random_bounds, state);
      if (scenario.threads.empty()) break;
      if (!explore(scenario)) {
        if (result_.verdict == Verdict::bug) minimise(generator, scenario);
        return;
      }
    }
  }

  // True to go on.
  bool explore(const Scenario& scenario) {
    // Without a scheduler a thread that waits for ever is not seen to, and none can be stopped.
    if (runs_natively()) return waits(scenario) || check(scenario, false, result_);
    if (!check(scenario, false, result_)) return false;
    return !makes_promises(scenario) || check(scenario, true, result_);
  }

  bool waits(Scenario scenario) const {
    bool found = false;
    scenario.for_each_part([&](const Scenario::Sequence& calls) {
      for (const ScenarioCall& call : calls) found = found || actions_[call.operation]->may_block();
    });
    return found;
  }

  bool makes_promises(const Scenario& scenario) const {
    for (const Scenario::Sequence& thread : scenario.threads) {
      for (const ScenarioCall& call : thread) {
        if (words_[call.operation]->promise != Promise::none) return true;
      }
    }
    return false;
  }

  // Adds to what `into` knows; false if the search is over.
  bool check(const Scenario& scenario, bool stops, VerifyResult& into) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0 && options_.budget.count() != 0) {
      into.reason = "budget";
      return false;
    }
    CheckOptions options = options_.check;
    options.max_executions = options_.executions;
    options.max_events = std::min<std::uint64_t>(options.max_events, options_.steps);
    options.budget = options_.budget.count() == 0 ? std::chrono::milliseconds{0} : left;
    if (runs_natively()) {
      // What a body does in a run is left to chance: as many runs as there is time for.
      options.max_executions = options_.check.max_executions;
      const auto planned = static_cast<std::int64_t>(options_.scenarios + options_.random_scenarios + 1);
      options.budget = std::max(options_.budget / planned, std::chrono::milliseconds{native_budget_min});
    }
    report_.write("");
    ScenarioRun<Object, Specification> body(actions_, words_, scenario, options_.consistency, stops, report_,
                                            where_);
    CheckResult checked = heddle::check(body, options, where_);
    ++into.scenarios;
    if (checked.reason != "exhausted" || report_.text() == undecided) ++into.unfinished;
    executions_ += checked.executions;
    complete_ += checked.complete;
    blocked_ += checked.blocked;
    cut_ += checked.cut;
    operations_ += checked.operations;
    if (checked.passed()) return true;
    // Every execution waits for ever where the specification says so.
    if (checked.verdict == Verdict::inconclusive && checked.reason != "interrupted" && checked.cut == 0)
      return true;
    const bool endless = checked.verdict == Verdict::inconclusive && checked.cut > 0;
    static_cast<CheckResult&>(into) = std::move(checked);
    if (endless) {
      into.message = "heddle::verify: no execution of the scenario came to its end within " +
                     std::to_string(options_.steps) + " steps (VerifyOptions::steps)" +
                     (stops ? ", when other threads could stop" : "");
    }
    into.scenario = text_of(scenario, words_);
    into.history = report_.text();
    if (into.history.empty()) into.history = "Scenario\n  " + into.scenario + "\n";
    return false;
  }

  // Takes calls out while the same rule is still broken.
  void minimise(const Generator& generator, Scenario scenario) {
    for (bool smaller = true; smaller;) {
      smaller = false;
      for (std::size_t i = 0; i < scenario.size() && !smaller; ++i) {
        Scenario candidate = generator.numbered(without(scenario, i));
        if (candidate.threads.empty() || !generator.is_wanted(candidate)) continue;
        VerifyResult found;
        const bool fails =
            !check(candidate, false, found) || (makes_promises(candidate) && !check(candidate, true, found));
        if (!fails || found.verdict != Verdict::bug || found.findings.empty() ||
            found.findings.front().rule != result_.findings.front().rule)
          continue;
        found.scenarios += result_.scenarios;
        found.all_up_to = result_.all_up_to;
        found.unfinished += result_.unfinished;
        result_ = std::move(found);
        scenario = candidate;
        smaller = true;
      }
    }
  }

  static Scenario without(Scenario scenario, std::size_t position) {
    bool taken = false;
    scenario.for_each_part([&](Scenario::Sequence& calls) {
      if (taken) return;
      taken = position < calls.size();
      if (taken) {
        calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(position));
      } else {
        position -= calls.size();
      }
    });
    std::erase_if(scenario.threads, [](const Scenario::Sequence& thread) { return thread.empty(); });
    std::sort(scenario.threads.begin(), scenario.threads.end(), [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    return scenario;
  }

  bool passed_so_far() const { return result_.scenario.empty() && result_.verdict == Verdict::no_bug_found; }

  void conclude() {
    result_.complete = complete_;
    result_.blocked = blocked_;
    result_.cut = cut_;
    result_.operations = operations_;
    if (result_.scenarios == 0) {
      result_.verdict = Verdict::inconclusive;
      result_.message = result_.reason.empty()
                            ? "heddle::verify: no scenario satisfies the constraints and fits the bounds"
                            : "heddle::verify: the budget was over before the first scenario";
      return;
    }
    if (result_.unfinished == 0 && result_.reason.empty()) result_.verdict = Verdict::verified;
    if (result_.reason.empty()) result_.reason = "exhausted";
    result_.message = std::to_string(result_.scenarios) + " scenarios, " +
                      (result_.all_up_to > 0
                           ? "all of up to " + std::to_string(result_.all_up_to) + " operations among them, "
                           : "") +
                      std::to_string(executions_) + " executions; " + std::to_string(result_.unfinished) +
                      " scenarios not explored to their end";
  }

  SourcePlace where_;  // of the first operation's declaration
  Actions<Object, Specification> actions_;
  Vocabulary words_;
  VerifyOptions options_;
  std::vector<std::string> texts_;
  Blackboard report_;
  VerifyResult result_;
  std::chrono::steady_clock::time_point deadline_;
  std::uint64_t executions_ = 0;
  std::uint64_t complete_ = 0;
  std::uint64_t blocked_ = 0;
  std::uint64_t cut_ = 0;
  std::uint64_t operations_ = 0;
};

}  // namespace detail

// Checks `Object` against `Specification`. `parts` are heddle::operation(…), at least one;
// heddle::scenario(…), to check these scenarios only; and VerifyOptions.
//
// A scenario that fails is reported with the history of operations that has no explanation (HED020), or with
// whatever else went wrong in it: a data race, a deadlock, an exception from a destructor. Blocks until the
// verdict. Must be called while the program has one thread.
template <class Object, class Specification, class... Parts>
VerifyResult verify(Parts&&... parts) {
  return detail::Verification<Object, Specification>(std::forward<Parts>(parts)...).run();
}

}  // namespace heddle
