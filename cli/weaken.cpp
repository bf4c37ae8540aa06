// heddle weaken: which memory orders does a verified program need?
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/checkable.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/session.hpp"
#include "cli/session_options.hpp"
#include "cli/weaken_report.hpp"
#include "cli/weaken_search.hpp"
#include "reports/terminal/result_report.hpp"

namespace heddle::cli {
namespace {

struct WeakenForm {
  SessionForm session;
  WeakenLimits limits;
};

bool usable(const SessionOptions& o) {
  if (const std::string wrong = why_not_checkable(o.program); !wrong.empty()) {
    fail(fmt::format("{} {}", o.program, wrong));
    return false;
  }
  warn_of_other_runtime(o.program);
  if (const std::string wrong = o.json.empty() ? "" : why_not_writable(o.json); !wrong.empty()) {
    fail(fmt::format("--json={}: {}", o.json, wrong));
    return false;
  }
  return true;
}

// The program cannot be weakened as it is; says why.
int not_verified(const SessionOptions& o, const Outcome& outcome) {
  const format::RunResult& result = outcome.result;
  std::string error;
  const std::string text = report::result_report(result, style_for(STDOUT_FILENO, o.colour, o.verbose)) +
                           report::last_line(result, "") + "\n";
  if (!write_all(STDOUT_FILENO, text, error)) fail("cannot write the report: " + error);
  if (outcome.interrupted_by != 0) return 128 + outcome.interrupted_by;
  switch (result.verdict) {
    case format::Verdict::bug:
      fail("no orders were tried: the program has a bug as it is");
      return o.bug_exit_code.value_or(exit_bug);
    case format::Verdict::nondeterminism:
      return exit_nondeterminism;
    case format::Verdict::error:
      return result.refused ? exit_usage : exit_internal;
    default:
      fail(
          "no orders were tried: the program as it is was not verified; give it a larger --budget or less to "
          "do");
      return exit_inconclusive;
  }
}

bool publish(const WeakenReport& report) {
  const SessionOptions& o = report.session;
  bool good = true;
  std::string error;
  if (!o.json.empty() && !write_file(o.json, weaken_json(report), error)) {
    fail(fmt::format("cannot write {}: {}", o.json == "-" ? "the JSON document" : o.json, error));
    good = false;
  }
  // The document has standard output to itself.
  const int fd = o.json == "-" ? STDERR_FILENO : STDOUT_FILENO;
  const std::string text =
      (o.quiet ? "" : weaken_text(report, style_for(fd, o.colour, o.verbose))) + weaken_last_line(report);
  if (!write_all(fd, text, error)) {
    fail("cannot write the report: " + error);
    good = false;
  }
  return good;
}

bool all_decided(const WeakenResult& result) {
  for (const SlotResult& slot : result.slots) {
    if (!slot.decided()) return false;
  }
  return !result.joint || result.joint->minimal;
}

int weaken(SessionOptions o, const WeakenLimits& limits) {
  o.program = resolve_program(o.program);
  if (!usable(o)) return exit_usage;
  AttemptRunner runner(o);
  const std::vector<Outcome> unchanged = runner.run_unchanged();
  if (unchanged.empty()) {
    fail(runner.error());
    return exit_usage;
  }
  if (unchanged.front().result.verdict != format::Verdict::verified)
    return not_verified(o, unchanged.front());
  const OperationList list = list_operations(unchanged.front().records);
  const bool shows_progress = !o.quiet && ::isatty(STDERR_FILENO) != 0;
  const auto progress = [&](const std::string& what) {
    if (shows_progress) fmt::print(stderr, "\r\x1b[K{}", report::printable(what));
  };
  const WeakenResult result = search_weaker_orders(runner, list, limits, progress);
  if (shows_progress) fmt::print(stderr, "\r\x1b[K");
  if (!runner.error().empty()) {
    fail(runner.error());
    return exit_internal;
  }
  if (!publish({o, unchanged.front().result, list, result})) return exit_internal;
  if (result.interrupted_by != 0) return 128 + result.interrupted_by;
  return all_decided(result) ? exit_ok : exit_inconclusive;
}

}  // namespace

void add_weaken(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("weaken", "Find the weakest memory orders that still verify");
  auto form = std::make_shared<WeakenForm>();
  add_budget(*command, form->session);
  add_duration(
      *command, "--total-budget",
      [form](std::uint64_t ms) { form->limits.total = std::chrono::milliseconds(ms); },
      "Start no further attempt after so long (default 0: try everything)");
  command->add_option("--jobs,-j", form->limits.jobs, "Try so many orders at the same time")
      ->check(CLI::Range(1, 1024));
  add_execution_options(*command, form->session);
  add_report_options(*command, form->session);
  run_with_program(*command, context, form->session, [form](SessionOptions options) {
    options.run.set("run", "check");
    options.run.set("strategy", "exhaustive");
    options.run.set("keep_going", "0");
    return weaken(std::move(options), form->limits);
  });
}

}  // namespace heddle::cli
