// `heddle litmus`: runs litmus vectors through the engine and compares outcomes, races and counts with what
// they say.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "checker/litmus/conformance.hpp"
#include "cli/commands.hpp"
#include "cli/litmus_file.hpp"
#include "cli/native_litmus.hpp"
#include "cli/run_options.hpp"

namespace heddle::cli {
namespace {

struct LitmusOptions {
  std::vector<std::string> files;
  litmus::SearchOptions search;
  std::string only;
  std::size_t every = 1;
  bool native = false;
};

struct Totals {
  std::uint64_t tests = 0;
  std::uint64_t matching = 0;
  std::uint64_t states_expected = 0;
  std::uint64_t states_reached = 0;
  std::uint64_t executions = 0;
  std::uint64_t operations = 0;
};

void run_test(const litmus::Program& program, const LitmusOptions& options, Totals& totals) {
  const litmus::Outcome outcome = litmus::explore_program(program, options.search);
  ++totals.tests;
  totals.executions += outcome.counts.executions;
  totals.operations += outcome.counts.operations;
  if (!outcome.raced) {
    totals.states_expected += program.expected.states.size();
    totals.states_reached += outcome.states.size();
  }
  const std::string difference = litmus::difference(program, outcome, options.search);
  if (difference.empty()) {
    ++totals.matching;
  } else {
    fmt::print("{} ({}): {}\n", program.name,
               options.search.model.empty() ? program.model : options.search.model, difference);
  }
}

int run_litmus(const LitmusOptions& options) {
  Totals totals;
  const auto started = std::chrono::steady_clock::now();
  try {
    if (options.native) {
      return run_native_litmus({.files = options.files,
                                .runs = options.search.executions,
                                .seed = options.search.seed,
                                .only = options.only,
                                .model = options.search.model,
                                .every = options.every});
    }
    for (const std::string& file : options.files) {
      for_each_litmus_test(file, options.every, options.only,
                           [&](const litmus::Program& program) { run_test(program, options, totals); });
    }
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
  command->add_flag("--exhaustive", options->search.exhaustive,
                    "Explore every execution: states, races and counts must match exactly");
  command
      ->add_flag("--native", options->native,
                 "Run the tests on this machine's processors instead, and compare with what the models allow")
      ->excludes("--exhaustive");
  command->add_option("--executions", options->search.executions, "Random (or native) runs of each test")
      ->capture_default_str();
  command->add_option("--strategy", options->search.strategy, "Random strategy")
      ->check(CLI::IsMember({"random_walk", "pct", "pos", "portfolio"}))
      ->capture_default_str();
  command->add_option("--model", options->search.model, "Memory model, instead of each test's own")
      ->check(CLI::IsMember({"rc11", "sc", "tso"}));
  command->add_option("--seed", options->search.seed, "Seed of the random strategies")->capture_default_str();
  command->add_option("--only", options->only, "Only the test of this name");
  command->add_option("--every", options->every, "Only every Nth test")->check(CLI::PositiveNumber);
  command->add_option("--shuffle", options->search.shuffle,
                      "Extend threads in random order (changes no count)");
  command->add_flag("!--no-reductions", options->search.reductions, "Explore without reductions");
  command
      ->add_option_function<std::string>(
          "--no-reduction",
          [options](const std::string& names) {
            if (const std::string wrong = why_not_allowed("no_reduction", names); !wrong.empty())
              throw CLI::ValidationError("--no-reduction", fmt::format("'{}' {}", names, wrong));
            options->search.no_reduction = names;
          },
          "Explore without these reductions: mutexes, barriers, symmetry, spins, unread, rmws")
      ->type_name("NAME,...");
  command->add_flag("--symmetry", options->search.symmetry,
                    "Explore one order of threads that do the same (fewer executions)");
  command->callback([options, &context] { context.exit_code = run_litmus(*options); });
}

}  // namespace heddle::cli
