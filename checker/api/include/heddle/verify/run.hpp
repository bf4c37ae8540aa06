// One scenario in one execution: the calls, and what the specification says of their results.
#pragma once

#include <heddle/history.h>
#include <sys/mman.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <heddle/check.hpp>
#include <heddle/source_place.hpp>
#include <heddle/verify/history_text.hpp>
#include <heddle/verify/operation.hpp>
#include <heddle/verify/scenario.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace heddle {

// Which orders of the operations may explain their results.
enum class Consistency : unsigned char {
  linearizable = heddle_linearizable,  // those that keep what happened before what
  sequential = heddle_sequential,      // those that keep each thread's own order
  quiescent = heddle_quiescent,        // those that keep order across moments when nothing was under way
};

namespace detail {

template <class Object, class Specification>
using Actions = std::vector<std::unique_ptr<Action<Object, Specification>>>;

// In a program built with `heddle c++ --stress`: bodies run on real processors, and nobody keeps clocks.
inline bool runs_natively() { return heddle_runtime_check != nullptr && heddle_runtime_call == nullptr; }

// What executions, which are other processes, leave for the program.
class Blackboard {
 public:
  static constexpr std::size_t bytes = std::size_t{64} << 10U;

  Blackboard() : page_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~Blackboard() {
    if (page_ != MAP_FAILED) munmap(page_, bytes);
  }
  Blackboard(const Blackboard&) = delete;
  Blackboard& operator=(const Blackboard&) = delete;

  void write(const std::string& text) const {
    if (page_ == MAP_FAILED) return;
    const std::size_t length = std::min(text.size(), bytes - 1);
    std::memcpy(page_, text.data(), length);
    static_cast<char*>(page_)[length] = '\0';
  }
  std::string text() const { return page_ == MAP_FAILED ? "" : static_cast<const char*>(page_); }

 private:
  void* page_;
};

// Left by an execution whose history had too many orders to try them all.
inline constexpr const char* undecided = "undecided";

template <class Object, class Specification>
class ScenarioRun {
 public:
  // `stops`: threads may stop for ever anywhere, all but one.
  ScenarioRun(const Actions<Object, Specification>& actions, const Vocabulary& words,
              const Scenario& scenario, Consistency consistency, bool stops, const Blackboard& report,
              const SourcePlace& where)
      : actions_(actions),
        words_(words),
        scenario_(scenario),
        consistency_(consistency),
        stops_(stops),
        report_(report),
        where_(where) {
    Scenario copy = scenario;
    copy.for_each_part(
        [this](const Scenario::Sequence& calls) { calls_.insert(calls_.end(), calls.begin(), calls.end()); });
  }

  // The body of a check.
  void operator()() {
    results_.clear();
    results_.resize(calls_.size());
    if (runs_natively()) return run_natively();
    heddle_runtime_when_stuck(
        [](void* self, const char** message) {
          return static_cast<int>(static_cast<ScenarioRun*>(self)->judge_stuck(message));
        },
        this);
    Object object;
    std::size_t next = 0;
    perform(object, next, scenario_.initial.size());
    next += scenario_.initial.size();
    const std::size_t runner =
        stops_ ? static_cast<std::size_t>(nondet(static_cast<int>(scenario_.threads.size()))) : 0;
    std::vector<std::thread> threads;
    threads.reserve(scenario_.threads.size());
    timed_ = stops_ ? Range{} : Range{0, calls_.size()};
    for (std::size_t t = 0; t < scenario_.threads.size(); ++t) {
      const std::size_t count = scenario_.threads[t].size();
      if (stops_ && t == runner) timed_ = {next, next + count};
      threads.emplace_back([this, &object, next, count, may_stop = stops_ && t != runner] {
        if (may_stop) heddle_runtime_may_stop(1);
        perform(object, next, count);
      });
      next += count;
    }
    for (std::thread& thread : threads) thread.join();
    perform(object, next, scenario_.final.size());
    judge();
  }

 private:
  void perform(Object& object, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i) {
      heddle_runtime_call(static_cast<unsigned>(i));
      results_[i] = actions_[calls_[i].operation]->run(object, calls_[i]);
      heddle_runtime_return(static_cast<unsigned>(i));
    }
  }

  // ---- on real processors (docs/stress.md)

  // One thread of the scenario.
  struct Part {
    ScenarioRun* run;
    Object* object;
    std::size_t first;
    std::size_t count;
  };

  void run_natively() {
    Object object;
    std::size_t next = scenario_.initial.size();
    perform_unmarked(object, 0, next);
    std::vector<Part> parts;
    std::vector<void*> arguments;
    parts.reserve(scenario_.threads.size());
    for (const Scenario::Sequence& thread : scenario_.threads) {
      parts.push_back({this, &object, next, thread.size()});
      arguments.push_back(&parts.back());
      next += thread.size();
    }
    const std::vector<void (*)(void*)> functions(parts.size(), [](void* argument) {
      const Part& part = *static_cast<const Part*>(argument);
      part.run->perform_unmarked(*part.object, part.first, part.count);
    });
    if (heddle_runtime_together == nullptr ||
        heddle_runtime_together(functions.data(), arguments.data(), static_cast<unsigned>(parts.size())) !=
            0) {
      std::vector<std::thread> threads;
      for (std::size_t i = 0; i < parts.size(); ++i) threads.emplace_back(functions[i], arguments[i]);
      for (std::thread& thread : threads) thread.join();
    }
    perform_unmarked(object, next, scenario_.final.size());
    if (!is_explained_natively()) report_natively();
  }

  void perform_unmarked(Object& object, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i)
      results_[i] = actions_[calls_[i].operation]->run(object, calls_[i]);
  }

  // Does some order of the calls explain their results, which keeps the order of each thread and what comes
  // before and after the brackets? No other order is known without clocks: a time stamp would accuse objects
  // that are right.
  bool is_explained_natively() const {
    Specification state;
    std::vector<std::size_t> done(scenario_.threads.size());
    return apply_all(state, 0, scenario_.initial.size()) && some_order_goes_on(state, done);
  }

  // From `state`, with so many calls of each thread done.
  bool some_order_goes_on(const Specification& state, std::vector<std::size_t>& done) const {
    bool all_done = true;
    std::size_t begin = scenario_.initial.size();
    for (std::size_t t = 0; t < done.size(); begin += scenario_.threads[t++].size()) {
      if (done[t] == scenario_.threads[t].size()) continue;
      all_done = false;
      Specification next = state;
      if (!apply_all(next, begin + done[t], 1)) continue;
      ++done[t];
      const bool found = some_order_goes_on(next, done);
      --done[t];
      if (found) return true;
    }
    if (!all_done) return false;
    Specification end = state;
    return apply_all(end, begin, scenario_.final.size());
  }

  bool apply_all(Specification& state, std::size_t first, std::size_t count) const {
    for (std::size_t i = first; i < first + count; ++i) {
      if (action(i).apply(state, calls_[i], results_[i].get(), nullptr) != heddle_step_legal) return false;
    }
    return true;
  }

  void report_natively() const {
    std::string text = verdict() + ":";
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      const std::string result = results_[i]->text();
      text += (i == 0 ? " " : "; ") + text_of(calls_[i], words_) + (result.empty() ? "" : " " + result);
    }
    heddle_expect_at(0, text.c_str(), where_.file_name(), static_cast<int>(where_.line()));
  }

  const Action<Object, Specification>& action(std::size_t call) const {
    return *actions_[calls_[call].operation];
  }

  // Every operation returned.
  void judge() {
    load_marks();
    if (const std::string slow = too_slow(); !slow.empty()) {
      report_.write(describe());
      heddle_runtime_no_progress(slow.c_str());
    }
    const heddle_explanation found = explain(false);
    if (found.explained == heddle_explained_unknown) report_.write(undecided);
    if (found.explained != heddle_explained_illegal) return;
    report_.write(describe() + describe(found));
    heddle_runtime_nonlinearizable(verdict().c_str());
  }

  // Nothing can move any more.
  heddle_stuck judge_stuck(const char** message) {
    load_marks();
    if (std::any_of(marks_.begin(), marks_.end(), [](const auto& mark) { return mark.stopped != 0; }) ||
        stops_)
      return judge_stopped(message);
    bool waits = false;
    for (const heddle_marked_operation& mark : marks_) {
      if (mark.return_mark != 0) continue;
      waits = true;
      if (!action(mark.operation).may_block()) return with_history(heddle_stuck_unjudged);
    }
    if (!waits) return heddle_stuck_unjudged;
    const heddle_explanation found = explain(true);
    switch (found.explained) {
      case heddle_explained_illegal:
        message_ = verdict();
        *message = message_.c_str();
        report_.write(describe() + describe(found));
        return heddle_stuck_nonlinearizable;
      case heddle_explained_stuck:
        report_.write(describe() + describe(found));
        return heddle_stuck_unjudged;
      case heddle_explained_unknown:
        report_.write(undecided);
        return heddle_stuck_fine;
      default:
        return heddle_stuck_fine;
    }
  }

  heddle_stuck with_history(heddle_stuck verdict) {
    report_.write(describe());
    return verdict;
  }

  // Some threads stopped; the others have ended, or wait or spin for ever.
  heddle_stuck judge_stopped(const char** message) {
    const std::size_t running = static_cast<std::size_t>(std::count_if(
        marks_.begin(), marks_.end(), [](const auto& m) { return m.return_mark == 0 && m.stopped == 0; }));
    for (const heddle_marked_operation& mark : marks_) {
      if (mark.return_mark != 0 || mark.stopped != 0) continue;
      const OperationInfo& operation = action(mark.operation);
      if (operation.promise == Promise::none) continue;
      if (operation.promise == Promise::obstruction_free && running > 1) continue;
      message_ = text_of(calls_[mark.operation], words_) +
                 " never finishes, although its thread keeps running: it was " + "promised to be " +
                 word_of(operation.promise) + " (scenario " + text_of(scenario_, words_) + ")";
      *message = message_.c_str();
      report_.write(describe());
      return heddle_stuck_no_progress;
    }
    return heddle_stuck_fine;
  }

  static const char* word_of(Promise promise) {
    return promise == Promise::obstruction_free ? "obstruction-free"
           : promise == Promise::lock_free      ? "lock-free"
                                                : "wait-free";
  }

  std::string too_slow() const {
    for (const heddle_marked_operation& mark : marks_) {
      const OperationInfo& operation = action(mark.operation);
      const bool timed = mark.operation >= timed_.begin && mark.operation < timed_.end;
      if (!timed || operation.promise != Promise::wait_free || mark.steps <= operation.steps_max) continue;
      return text_of(calls_[mark.operation], words_) + " took " + std::to_string(mark.steps) +
             " steps: it was promised to be wait-free within " + std::to_string(operation.steps_max) +
             " (scenario " + text_of(scenario_, words_) + ")";
    }
    return "";
  }

  std::string verdict() const {
    return "no order of the operations explains their results (scenario " + text_of(scenario_, words_) + ")";
  }

  // ---- the specification, for the search

  heddle_explanation explain(bool pending_must_block) {
    states_.clear();
    states_.emplace_back();
    heddle_sequential_object object = {};
    object.context = this;
    object.apply = [](void* self, unsigned state, unsigned operation, unsigned* after) {
      return static_cast<ScenarioRun*>(self)->apply(state, operation, *after);
    };
    if (has_parts()) {
      object.part = [](void* self, unsigned operation) {
        const auto* run = static_cast<const ScenarioRun*>(self);
        return run->action(operation).part(run->calls_[operation]);
      };
    }
    object.consistency = static_cast<heddle_consistency>(consistency_);
    object.pending_must_block = pending_must_block ? 1 : 0;
    heddle_explanation found = {};
    heddle_runtime_explain(&object, &found);
    return found;
  }

  bool has_parts() const {
    return std::all_of(actions_.begin(), actions_.end(), [](const auto& a) { return a->has_part(); });
  }

  heddle_step apply(unsigned state, unsigned operation, unsigned& after) {
    Specification next = states_[state];
    const heddle_step step =
        action(operation).apply(next, calls_[operation], results_[operation].get(), nullptr);
    if (step == heddle_step_legal) after = number_of(std::move(next));
    return step;
  }

  unsigned number_of(Specification&& state) {
    if constexpr (std::equality_comparable<Specification>) {
      for (std::size_t i = 0; i < states_.size(); ++i) {
        if (states_[i] == state) return static_cast<unsigned>(i);
      }
    }
    states_.push_back(std::move(state));
    return static_cast<unsigned>(states_.size() - 1);
  }

  // ---- the report

  void load_marks() {
    marks_.resize(calls_.size());
    marks_.resize(std::min<std::size_t>(
        calls_.size(), heddle_runtime_marked(marks_.data(), static_cast<unsigned>(marks_.size()))));
  }

  ShownOperation shown(const heddle_marked_operation& mark) const {
    std::string label = text_of(calls_[mark.operation], words_);
    if (mark.return_mark != 0) {
      const std::string result = results_[mark.operation]->text();
      label += (result.empty() ? "" : " ") + result;
    }
    return {mark.thread, mark.call_mark, mark.return_mark, mark.stopped != 0, label};
  }

  std::string describe() const {
    std::vector<ShownOperation> operations;
    for (const heddle_marked_operation& mark : marks_) {
      operations.push_back(shown(mark));
      heddle_runtime_label(mark.operation, operations.back().label.c_str());
    }
    return "Scenario\n  " + text_of(scenario_, words_) + "\nHistory, in the order of this execution\n" +
           intervals(operations) + "Order across threads, by happens-before\n" +
           order_across_threads(operations, [](std::size_t a, std::size_t b) {
             return heddle_runtime_precedes(static_cast<unsigned>(a), static_cast<unsigned>(b)) != 0;
           });
  }

  std::string describe(const heddle_explanation& found) const {
    std::string text = "Longest legal beginning\n ";
    std::vector<bool> done(calls_.size());
    for (unsigned i = 0; i < found.count; ++i) {
      done[found.order[i]] = true;
      text += " " + name(found.order[i]) + (i + 1 < found.count ? "," : "");
    }
    text += found.count == 0 ? " nothing\nWhy nothing can follow\n" : "\nWhy nothing can follow\n";
    for (const heddle_marked_operation& mark : marks_) {
      const bool of_this_part =
          !has_parts() || action(mark.operation).part(calls_[mark.operation]) == found.part;
      if (of_this_part && !done[mark.operation]) text += "  " + why_not(mark, found, done);
    }
    return text;
  }

  std::string name(unsigned operation) const {
    for (const heddle_marked_operation& mark : marks_) {
      if (mark.operation == operation) return name_of(shown(mark));
    }
    return "";
  }

  std::string why_not(const heddle_marked_operation& mark, const heddle_explanation& found,
                      const std::vector<bool>& done) const {
    const std::string who = name(mark.operation);
    for (unsigned a = 0; a < marks_.size(); ++a) {
      const auto b = static_cast<unsigned>(&mark - marks_.data());
      if (consistency_ == Consistency::linearizable && !done[marks_[a].operation] &&
          heddle_runtime_precedes(a, b) != 0)
        return who + ": " + name(marks_[a].operation) + " came before it\n";
    }
    Specification state = states_[found.state];
    std::string told;
    const Result* const seen = results_[mark.operation].get();
    const heddle_step step = action(mark.operation).apply(state, calls_[mark.operation], seen, &told);
    if (step == heddle_step_legal)
      return who + (mark.return_mark == 0
                        ? ": waits, but the specification would let it return (" + told + ")\n"
                        : ": leads to nothing longer\n");
    return who + ": the specification " + (told.rfind("→", 0) == 0 ? "returns " + told.substr(4) : told) +
           "\n";
  }

  const Actions<Object, Specification>& actions_;
  const Vocabulary& words_;
  const Scenario& scenario_;
  const Consistency consistency_;
  const bool stops_;
  const Blackboard& report_;
  const SourcePlace where_;
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  Range timed_;                      // calls whose steps are their own: no choice whether to stop among them
  std::vector<ScenarioCall> calls_;  // in the order of reading; results and marks use these positions
  std::vector<ResultPointer> results_;  // null: not returned
  std::vector<Specification> states_;   // by the numbers the search knows them by
  std::vector<heddle_marked_operation> marks_;
  std::string message_;
};

}  // namespace detail
}  // namespace heddle
