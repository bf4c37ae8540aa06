#include "cli/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "cli/bundle.hpp"
#include "cli/checkable.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/event_stream.hpp"
#include "cli/instrumentation.hpp"
#include "cli/replay_command.hpp"
#include "cli/report.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/supervise.hpp"
#include "reports/explain/explain.hpp"
#include "reports/format/record_reader.hpp"
#include "reports/format/result_json.hpp"
#include "reports/symbolize/elf_file.hpp"
#include "reports/symbolize/source_excerpts.hpp"
#include "reports/symbolize/symbolize.hpp"
#include "reports/terminal/result_report.hpp"

namespace heddle::cli {
namespace {

using format::RunResult;
using format::Verdict;
using std::chrono::milliseconds;

bool replays(const SessionOptions& o) { return o.run.get("run") == "replay"; }

std::vector<std::pair<std::string, std::string>> documents_of(const SessionOptions& o) {
  auto all = o.documents;
  if (!o.json.empty()) all.emplace_back("json", o.json);
  return all;
}

bool usable(const SessionOptions& o) {
  if (const std::string wrong = why_not_checkable(o.program); !wrong.empty()) {
    fail(fmt::format("{} {}", o.program, wrong));
    return false;
  }
  warn_of_other_runtime(o.program);
  for (const auto& [format, file] : documents_of(o)) {
    const std::string wrong = file == "-" && format != "json" ? "only --json may go to standard output: "
                                                                "heddle report converts it"
                                                              : why_not_writable(file);
    if (wrong.empty()) continue;
    fail(fmt::format("--{}={}: {}", format, file, wrong));
    return false;
  }
  return true;
}

// Seeds far apart, so that neighbouring processes never walk the same sequence.
std::string derived_seed(const std::string& seed, unsigned process) {
  constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15U;
  return std::to_string(std::stoull(seed) + process * golden_ratio);
}

unsigned processes_for(const SessionOptions& o) {
  if (replays(o)) return 1;
  // An exhaustive search shares its work among processes of its own.
  return o.run.get("strategy") == "exhaustive" ? 1 : o.jobs;
}

std::vector<Job> make_jobs(const SessionOptions& o, const ScratchFolder& folder, unsigned first_file) {
  std::vector<Job> jobs;
  RunOptions common = o.run;
  choose_recall(common, o.program);
  for (unsigned i = 0; i < processes_for(o); ++i) {
    RunOptions run = common;
    const std::string records = folder.file(first_file + i);
    run.set("result", records);
    if (o.jobs > 1 && o.run.get("strategy") == "exhaustive") run.set("jobs", std::to_string(o.jobs));
    if (i > 0) run.set("seed", derived_seed(o.run.get("seed"), i));
    jobs.push_back({{o.program, o.arguments, run.encode(), o.verbose}, records});
  }
  return jobs;
}

Supervision supervision(const SessionOptions& o) {
  Supervision how;
  how.budget = milliseconds(std::stoull(o.run.get("budget_ms")));
  how.grace = o.watchdog_grace;
  how.keep_going = o.run.get("keep_going") == "1";
  how.show_progress = !o.quiet && !o.verbose && ::isatty(STDERR_FILENO) != 0;
  return how;
}

// The program on disk may have been rebuilt while it was checked; its lines would be wrong without a word.
void warn_of_changed_modules(const format::RunRecords& records, std::set<std::string>& warned) {
  for (const format::Module& module : records.modules) {
    if (module.build_id.empty() || warned.contains(module.path)) continue;
    const report::ElfFile file(module.path);
    if (!file.error().empty() || file.build_id().empty() || file.build_id() == module.build_id) continue;
    warn(module.path + " has changed since it was run: source lines may be wrong");
    warned.insert(module.path);
  }
}

void symbolize_all(Supervised& ran, report::SourceLines& lines) {
  const bool needed = std::ranges::any_of(ran.processes, [](const format::ProcessRun& p) {
    const format::RunRecords& r = p.records;
    return !r.findings.empty() || !r.warnings.empty() || !r.divergences.empty() || !r.unsupported.empty();
  });
  if (!needed) return;
  std::string warning;
  const auto source = report::open_symbol_source(warning);
  if (!warning.empty()) warn(warning);
  report::Symbolizer symbolizer(*source, lines);
  std::set<std::string> warned;
  for (format::ProcessRun& p : ran.processes) {
    warn_of_changed_modules(p.records, warned);
    symbolizer.symbolize(p.records);
  }
}

// The program's side records what was printed when it can; what came through the pipe fills in.
void add_output(Supervised& ran, RunResult& result) {
  for (std::size_t i = 0; i < ran.processes.size(); ++i) {
    auto& findings = ran.processes[i].records.findings;
    if (!findings.empty() && findings.back().output.empty()) findings.back().output = ran.last_output[i];
    if (!ran.processes[i].records.summary && !ran.processes[i].stopped_on_purpose)
      result.output = ran.last_output[i];
  }
}

RunResult conclude_all(const SessionOptions& o, Supervised& ran) {
  RunResult parts;
  add_output(ran, parts);
  report::SourceLines lines;
  symbolize_all(ran, lines);
  format::RunRequest request;
  request.program = o.program;
  request.arguments = o.arguments;
  request.options = o.run.changed();
  request.exhaustive_asked = o.run.get("strategy") == "exhaustive" || o.require_exhaustive;
  request.interrupted = ran.interrupted_by != 0;
  request.out_of_time = ran.out_of_time;
  RunResult result = format::conclude(request, std::move(ran.processes));
  result.output = parts.output;
  result.environment = this_environment();
  for (format::Finding& f : result.findings) f.replay = replay_command(o, f);
  report::capture_sources(result, lines);
  report::explain(result);
  return result;
}

int exit_code_of(const SessionOptions& o, const RunResult& result, const Supervised& ran) {
  if (ran.out_of_time) return exit_internal;
  // Whether all replays agree is not known then, unless it is known that they do not.
  if (replays(o) && ran.interrupted_by != 0 && result.verdict != Verdict::nondeterminism)
    return 128 + ran.interrupted_by;
  switch (result.verdict) {
    case Verdict::bug:
      return o.bug_exit_code.value_or(exit_bug);
    case Verdict::verified:
      return exit_ok;
    case Verdict::nondeterminism:
      return exit_nondeterminism;
    case Verdict::error:
      return result.refused ? exit_usage : exit_internal;
    case Verdict::no_bug:
    case Verdict::inconclusive:
      break;
  }
  if (ran.interrupted_by != 0) return 128 + ran.interrupted_by;
  if (result.exploration.shard_done()) return exit_ok;
  if (o.require_exhaustive || (result.exploration.complete == 0 && !replays(o))) return exit_inconclusive;
  return exit_ok;
}

// Several replays of one token are one process each, one after the other.
Supervised run_all(const SessionOptions& o, const ScratchFolder& folder) {
  EventStream events;
  Supervision how = supervision(o);
  if (o.json == "-") {
    how.events = &events;
    events.start(o.program, o.arguments);
  }
  Supervised all = supervise(make_jobs(o, folder, 0), how);
  for (unsigned i = 1; i < o.times && all.error.empty() && all.interrupted_by == 0 && !all.out_of_time; ++i) {
    Supervised next = supervise(make_jobs(o, folder, i), how);
    all.error = next.error;
    all.out_of_time = next.out_of_time;
    all.interrupted_by = next.interrupted_by;
    std::ranges::move(next.processes, std::back_inserter(all.processes));
    std::ranges::move(next.last_output, std::back_inserter(all.last_output));
  }
  return all;
}

// Replays that came to their end.
std::uint64_t replays_done(const Supervised& ran) {
  return static_cast<std::uint64_t>(std::ranges::count_if(ran.processes, [](const format::ProcessRun& p) {
    return p.records.summary && p.records.summary->reason != "interrupted";
  }));
}

// A replay that shows the bug only sometimes was not under control.
void judge_replays(const SessionOptions& o, std::uint64_t done, bool interrupted, RunResult& result) {
  if (!replays(o) || o.times < 2) return;
  std::uint64_t shown = 0;
  for (const format::Finding& f : result.findings) shown += f.occurrences;
  if (shown != 0 && shown < done) {
    result.verdict = Verdict::nondeterminism;
    result.problems.push_back(
        fmt::format("the bug was shown by {} of {} replays of the same token", shown, done));
  } else if (interrupted) {
    result.problems.push_back(
        fmt::format("interrupted after {} of {} replays, {}", done, o.times,
                    shown == 0 ? "none of which showed a bug" : "all of which showed the bug"));
  }
}

}  // namespace

bool publish(const SessionOptions& o, const RunResult& result) {
  bool good = true;
  std::string error;
  for (const auto& [format, file] : documents_of(o)) {
    const std::string text = file == "-" ? format::to_json_line(result) : document_in(format, result, "");
    if (write_file(file, text, error)) continue;
    fail(fmt::format("cannot write {}: {}", file == "-" ? "the JSON document" : file, error));
    good = false;
  }
  if (!o.bundle.empty() && !write_bundles(o.bundle, o, result, error)) {
    fail("cannot write the bundle: " + error);
    good = false;
  }
  // The document has standard output to itself.
  const int fd = o.json == "-" ? STDERR_FILENO : STDOUT_FILENO;
  const report::Style style = style_for(fd, o.colour, o.verbose);
  const bool anything_wrong = result.verdict != Verdict::verified && result.verdict != Verdict::no_bug;
  std::string text = o.quiet && !anything_wrong ? "" : report::result_report(result, style);
  text += report::last_line(result, o.json == "-" || !good ? "" : o.json) + "\n";
  if (!write_all(fd, text, error)) {
    fail("cannot write the report: " + error);
    good = false;
  }
  return good;
}

int run_session(const SessionOptions& options) {
  SessionOptions o = options;
  o.program = resolve_program(o.program);
  std::vector<report::Suppression> suppressions;
  if (!usable(o) || !load_suppressions(o.suppressions, suppressions)) return exit_usage;
  ScratchFolder folder;
  if (!folder.error().empty()) {
    fail(folder.error());
    return exit_internal;
  }
  Supervised ran = run_all(o, folder);
  if (!ran.error.empty()) {
    fail(ran.error);
    return exit_usage;
  }
  if (ran.randomised)
    warn("address randomisation could not be switched off: findings may not replay (heddle doctor)");
  const std::uint64_t done = replays_done(ran);
  RunResult result = conclude_all(o, ran);
  judge_replays(o, done, ran.interrupted_by != 0, result);
  apply_suppressions(suppressions, result);
  const int exit_code = exit_code_of(o, result, ran);
  if (publish(o, result)) return exit_code;
  folder.keep();
  fail("the raw records are kept in " + folder.path());
  return exit_code == exit_ok || exit_code == exit_inconclusive ? exit_internal : exit_code;
}

int show_records(const SessionOptions& options, const std::string& path) {
  std::vector<report::Suppression> suppressions;
  if (!load_suppressions(options.suppressions, suppressions)) return exit_usage;
  Supervised ran;
  format::ProcessRun& process = ran.processes.emplace_back();
  ran.last_output.emplace_back();
  std::string error;
  if (!format::read_records(path, process.records, error)) {
    fail(error);
    return exit_usage;
  }
  RunResult result = conclude_all(options, ran);
  apply_suppressions(suppressions, result);
  const int exit_code = exit_code_of(options, result, ran);
  return publish(options, result) ? exit_code : exit_internal;
}

}  // namespace heddle::cli
