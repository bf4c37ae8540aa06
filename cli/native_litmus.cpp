#include "cli/native_litmus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <set>

#include "checker/litmus/conformance.hpp"
#include "cli/commands.hpp"
#include "cli/litmus_file.hpp"
#include "stress/litmus/native_run.hpp"

namespace heddle::cli {
namespace {

using States = std::set<std::vector<std::int64_t>>;

struct Totals {
  std::uint64_t tests = 0;
  std::uint64_t racy = 0;
  std::uint64_t runs = 0;
  std::uint64_t outside = 0;        // outcomes the test's own model forbids
  std::uint64_t tests_outside = 0;  // tests with such an outcome
  std::uint64_t allowed = 0;
  std::uint64_t seen = 0;
  std::uint64_t weak_allowed = 0;  // by x86-TSO, and not sequentially consistent
  std::uint64_t weak_seen = 0;
  std::uint64_t tests_weak = 0;
};

States allowed_by(const litmus::Program& program, const char* model) {
  litmus::SearchOptions search;
  search.exhaustive = true;
  search.model = model;
  return litmus::explore_program(program, search).states;
}

void run_test(const litmus::Program& program, const NativeLitmusOptions& options,
              stress::NativeLitmus& native, Totals& totals) {
  if (program.expected.racy) {  // undefined behaviour: nothing to compare with
    ++totals.racy;
    return;
  }
  const std::string& model = options.model.empty() ? program.model : options.model;
  const States allowed = allowed_by(program, model.c_str());
  const States strong = allowed_by(program, "sc");
  const States buffered = allowed_by(program, "tso");
  const stress::Histogram histogram = native.run(program, options.runs);
  ++totals.tests;
  totals.allowed += allowed.size();
  for (const auto& row : buffered) totals.weak_allowed += strong.contains(row) ? 0 : 1;
  const std::uint64_t outside_before = totals.outside;
  const std::uint64_t weak_before = totals.weak_seen;
  for (const auto& [row, count] : histogram.rows) {
    totals.runs += count;
    if (!allowed.contains(row)) {
      ++totals.outside;
      fmt::print("{} ({}): seen {} times on this machine, but not allowed by the model: [{}]\n", program.name,
                 model, count, fmt::join(row, ","));
      continue;
    }
    ++totals.seen;
    if (!strong.contains(row)) ++totals.weak_seen;
  }
  if (totals.outside != outside_before) ++totals.tests_outside;
  if (totals.weak_seen != weak_before) ++totals.tests_weak;
}

}  // namespace

int run_native_litmus(const NativeLitmusOptions& options) {
  Totals totals;
  stress::NativeLitmus native(options.seed);
  const auto started = std::chrono::steady_clock::now();
  for (const std::string& file : options.files) {
    for_each_litmus_test(file, options.every, options.only,
                         [&](const litmus::Program& program) { run_test(program, options, native, totals); });
  }
  if (totals.tests + totals.racy == 0) throw std::runtime_error("no test in the files");
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  fmt::print(
      "heddle litmus: {} tests run natively, {} runs, {:.1f} s ({} racy tests left out); {} outcomes outside "
      "the "
      "model\n",
      totals.tests, totals.runs, seconds, totals.racy, totals.outside);
  fmt::print(
      "{} of {} allowed outcomes were seen; {} of the {} that x86-TSO allows and sequential consistency "
      "forbids, in "
      "{} tests\n",
      totals.seen, totals.allowed, totals.weak_seen, totals.weak_allowed, totals.tests_weak);
  fmt::print("{} passed, {} failed\n", totals.tests - totals.tests_outside, totals.tests_outside);
  return totals.outside == 0 ? exit_ok : exit_bug;
}

}  // namespace heddle::cli
