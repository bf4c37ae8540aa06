// `heddle litmus`: runs litmus vectors through the engine and compares outcomes, races and counts with what
// they say.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/random/pct.hpp"
#include "checker/explore/random/portfolio.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/explore/random/random_walk.hpp"
#include "checker/litmus/interpreter.hpp"
#include "checker/litmus/parse.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"
#include "cli/commands.hpp"

namespace heddle::cli {
namespace {

using explore::Ending;

struct LitmusOptions {
  std::vector<std::string> files;
  bool exhaustive = false;
  std::uint64_t executions = 20'000;
  std::string model;
  std::string strategy = "random_walk";
  std::uint64_t seed = 1;
  std::string only;
  bool reductions = true;
  std::uint64_t shuffle = 0;
  std::size_t every = 1;
  bool quiet = false;
};

struct Outcome {
  std::set<std::vector<std::int64_t>> states;
  bool raced = false;
  std::string trouble;
  explore::Counts counts;
};

struct Totals {
  std::uint64_t tests = 0;
  std::uint64_t matching = 0;
  std::uint64_t states_expected = 0;
  std::uint64_t states_reached = 0;
  std::uint64_t executions = 0;
  std::uint64_t operations = 0;
};

Outcome explore_all(const litmus::Program& program, explore::Explorer& explorer) {
  litmus::Interpreter interpreter(program);
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

std::unique_ptr<explore::Strategy> make_strategy(const LitmusOptions& options) {
  if (options.strategy == "pct") return std::make_unique<explore::Pct>(options.seed, 3);
  if (options.strategy == "pos") return std::make_unique<explore::Pos>(options.seed);
  if (options.strategy == "portfolio") return std::make_unique<explore::Portfolio>(options.seed);
  return std::make_unique<explore::RandomWalk>(options.seed);
}

Outcome explore_program(const litmus::Program& program, models::Model& model, const LitmusOptions& options) {
  if (options.exhaustive) {
    explore::ExhaustiveOptions search;
    search.reductions.mutex_in_place = options.reductions;
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

std::string row_text(const std::vector<std::int64_t>& row) {
  return fmt::format("[{}]", fmt::join(row, ","));
}

// Empty if the outcome is as expected; otherwise what differs.
std::string compare(const litmus::Program& program, const Outcome& outcome, bool exhaustive) {
  const litmus::Expected& expected = program.expected;
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
  if (expected.executions_known && outcome.counts.complete != expected.executions) {
    return fmt::format("{} executions, expected {}", outcome.counts.complete, expected.executions);
  }
  return {};
}

void run_file(const std::string& file, const LitmusOptions& options, Totals& totals) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(fmt::format("cannot read {}", file));
  models::Rc11 rc11;
  models::SequentialConsistency sc;
  std::string line;
  std::size_t number = 0;
  while (std::getline(in, line)) {
    ++number;
    if (line.empty() || (number - 1) % options.every != 0) continue;
    litmus::Program program;
    try {
      program = litmus::parse(line);
    } catch (const std::runtime_error& e) {
      throw std::runtime_error(fmt::format("{}:{}: {}", file, number, e.what()));
    }
    if (!options.only.empty() && program.name != options.only) continue;
    const std::string& name = options.model.empty() ? program.model : options.model;
    models::Model& model = name == "sc" ? static_cast<models::Model&>(sc) : rc11;
    const Outcome outcome = explore_program(program, model, options);
    ++totals.tests;
    totals.executions += outcome.counts.executions;
    totals.operations += outcome.counts.operations;
    if (!outcome.raced) {
      totals.states_expected += program.expected.states.size();
      totals.states_reached += outcome.states.size();
    }
    const std::string difference = compare(program, outcome, options.exhaustive);
    if (difference.empty()) {
      ++totals.matching;
    } else {
      fmt::print("{} ({}): {}\n", program.name, name, difference);
    }
  }
}

int run_litmus(const LitmusOptions& options) {
  Totals totals;
  const auto started = std::chrono::steady_clock::now();
  try {
    for (const std::string& file : options.files) run_file(file, options, totals);
  } catch (const std::runtime_error& e) {
    fmt::print(stderr, "heddle litmus: {}\n", e.what());
    return exit_usage;
  }
  if (totals.tests == 0) {
    fmt::print(stderr, "heddle litmus: no test in {}\n", fmt::join(options.files, ", "));
    return exit_usage;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  fmt::print("heddle litmus: {} of {} match; {} of {} expected states reached; {} executions, {:.2f} s\n",
             totals.matching, totals.tests, totals.states_reached, totals.states_expected, totals.executions,
             seconds);
  fmt::print("{} passed, {} failed\n", totals.matching, totals.tests - totals.matching);
  return totals.matching == totals.tests ? exit_ok : exit_bug;
}

}  // namespace

void add_litmus(CLI::App& app, Context& context) {
  auto options = std::make_shared<LitmusOptions>();
  CLI::App* command =
      app.add_subcommand("litmus", "Run litmus vectors (JSON lines) and compare with what they expect");
  command->add_option("FILE", options->files, "Files of vectors (docs/litmus.md)")->required();
  command->add_flag("--exhaustive", options->exhaustive,
                    "Explore every execution: states, races and counts must match exactly");
  command->add_option("--executions", options->executions, "Random executions of each test")
      ->capture_default_str();
  command->add_option("--strategy", options->strategy, "Random strategy")
      ->check(CLI::IsMember({"random_walk", "pct", "pos", "portfolio"}))
      ->capture_default_str();
  command->add_option("--model", options->model, "Memory model, instead of each test's own")
      ->check(CLI::IsMember({"rc11", "sc"}));
  command->add_option("--seed", options->seed, "Seed of the random strategies")->capture_default_str();
  command->add_option("--only", options->only, "Only the test of this name");
  command->add_option("--every", options->every, "Only every Nth test")->check(CLI::PositiveNumber);
  command->add_option("--shuffle", options->shuffle, "Extend threads in random order (changes no count)");
  command->add_flag("!--no-reductions", options->reductions, "Explore without reductions");
  command->callback([options, &context] { context.exit_code = run_litmus(*options); });
}

}  // namespace heddle::cli
