#include "checker/litmus/conformance.hpp"

#include <algorithm>
#include <memory>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/random/pct.hpp"
#include "checker/explore/random/portfolio.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/explore/random/random_walk.hpp"
#include "checker/litmus/interpreter.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "checker/models/tso.hpp"

namespace heddle::litmus {

using explore::Ending;

namespace {

Outcome explore_all(const Program& program, explore::Explorer& explorer) {
  Interpreter interpreter(program);
  Outcome outcome;
  while (explorer.next_execution()) {
    const Ending ending = interpreter.run(explorer);
    if (interpreter.raced()) {
      outcome.raced = true;
      break;
    }
    if (ending == Ending::complete) {
      outcome.states.insert(interpreter.state());
    } else if (ending != Ending::dropped) {
      outcome.trouble = ending == Ending::diverged ? "the search diverged" : "an execution did not complete";
      break;
    }
  }
  outcome.counts = explorer.counts();
  return outcome;
}

std::unique_ptr<explore::Strategy> make_strategy(const SearchOptions& options) {
  if (options.strategy == "pct") return std::make_unique<explore::Pct>(options.seed, 3);
  if (options.strategy == "pos") return std::make_unique<explore::Pos>(options.seed);
  if (options.strategy == "portfolio") return std::make_unique<explore::Portfolio>(options.seed);
  return std::make_unique<explore::RandomWalk>(options.seed);
}

Outcome explore_with(const Program& program, models::Model& model, const SearchOptions& options) {
  if (options.exhaustive) {
    explore::ExhaustiveOptions search;
    if (!options.reductions) search.reductions = explore::no_reductions;
    if (!options.no_reduction.empty()) explore::switch_off(options.no_reduction.c_str(), search.reductions);
    if (!options.symmetry) search.reductions.symmetry = false;
    search.shuffle_seed = options.shuffle;
    explore::ExhaustiveExplorer explorer(model, search);
    return explore_all(program, explorer);
  }
  const std::unique_ptr<explore::Strategy> strategy = make_strategy(options);
  explore::RandomOptions search;
  search.max_executions = options.executions;
  explore::RandomExplorer explorer(model, *strategy, search);
  return explore_all(program, explorer);
}

// All outcomes that differ from a found one only in which of the threads that do the same is which.
void close_under_symmetry(const Program& program, std::set<std::vector<std::int64_t>>& states) {
  for (std::size_t t = 2; t < program.threads.size(); ++t) {
    if (!program.alike(t - 1, t)) continue;
    std::vector<std::vector<std::int64_t>> found(states.begin(), states.end());
    // Exchanging neighbours, again and again, gives every permutation.
    for (std::vector<std::int64_t>& row : found) {
      std::vector<std::int64_t> exchanged = row;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const Program::Column column = program.columns[i];
        const int other =
            column.thread == static_cast<int>(t) ? static_cast<int>(t) - 1 : static_cast<int>(t);
        if (column.thread != static_cast<int>(t) && column.thread != static_cast<int>(t) - 1) continue;
        for (std::size_t j = 0; j < row.size(); ++j) {
          if (program.columns[j].thread == other && program.columns[j].index == column.index)
            exchanged[j] = row[i];
        }
      }
      if (states.insert(exchanged).second) t = 1;
    }
    if (t == 1) continue;
  }
}

// Whether executions may differ in nothing that the program or the outcome shows: what some locations hold in
// the end is no part of it, or what a rmw read.
bool hides_orders(const Program& program) {
  if (std::ranges::count_if(program.columns, [](const Program::Column& c) { return c.thread < 0; }) !=
      std::ssize(program.locations)) {
    return true;
  }
  return std::ranges::any_of(program.threads, [](const std::vector<Instruction>& code) {
    return std::ranges::any_of(code, [](const Instruction& i) {
      return i.kind == Instruction::Kind::rmw && i.result < 0 && i.commutes != kernel::Commutes::no;
    });
  });
}

std::string row_text(const std::vector<std::int64_t>& row) {
  std::string text = "[";
  for (const std::int64_t v : row) text += (text.size() > 1 ? "," : "") + std::to_string(v);
  return text + "]";
}

}  // namespace

Outcome explore_program(const Program& program, const SearchOptions& options) {
  models::Rc11 rc11;
  models::SequentialConsistency sc;
  models::Tso tso;
  const std::string& name = options.model.empty() ? program.model : options.model;
  models::Model* model = &rc11;
  if (name == sc.name()) model = &sc;
  if (name == tso.name()) model = &tso;
  Outcome outcome = explore_with(program, *model, options);
  if (options.exhaustive && options.symmetry) close_under_symmetry(program, outcome.states);
  return outcome;
}

std::string difference(const Program& program, const Outcome& outcome, const SearchOptions& options) {
  const Expected& expected = program.expected;
  const bool exhaustive = options.exhaustive;
  if (!outcome.trouble.empty()) return outcome.trouble;
  if (expected.racy_known && outcome.raced != expected.racy) {
    return outcome.raced ? "a race is reported where there is none" : "the race is missed";
  }
  if (outcome.raced) return {};
  for (const auto& row : outcome.states) {
    if (!expected.states.contains(row)) return "outcome outside the expected set: " + row_text(row);
  }
  if (!exhaustive) return {};
  for (const auto& row : expected.states) {
    if (!outcome.states.contains(row)) return "expected outcome not reached: " + row_text(row);
  }
  const bool fewer_allowed = (options.symmetry || (options.reductions && hides_orders(program))) &&
                             outcome.counts.complete < expected.executions;
  if (expected.executions_known && outcome.counts.complete != expected.executions && !fewer_allowed) {
    return std::to_string(outcome.counts.complete) + " executions, expected " +
           std::to_string(expected.executions);
  }
  return {};
}

}  // namespace heddle::litmus
