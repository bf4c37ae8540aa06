// heddle stress: a program on real processors, again and again.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "cli/checkable.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/environment.hpp"
#include "cli/interrupt.hpp"
#include "cli/model_against_hardware.hpp"
#include "cli/native_run.hpp"
#include "cli/read_file.hpp"
#include "cli/report.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/session.hpp"
#include "cli/session_options.hpp"
#include "cli/thread_sanitizer.hpp"
#include "reports/explain/explain.hpp"
#include "reports/format/conclude.hpp"
#include "reports/format/fingerprint.hpp"
#include "reports/format/result_json.hpp"
#include "reports/format/result_reader.hpp"
#include "reports/symbolize/source_excerpts.hpp"
#include "reports/symbolize/symbolize.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using format::Finding;
using format::RunResult;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct StressForm {
  SessionForm session;
  std::uint64_t runs = 0;
  std::uint64_t body_runs = 0;
  std::uint64_t check_ms = 500;
  std::uint64_t patience_ms = 30'000;
  bool no_noise = false;
  bool no_affinity = false;
  std::string against;
  std::uint64_t against_ms = 60'000;
};

// Everything the runs have shown so far.
class Harvest {
 public:
  explicit Harvest(const SessionOptions& options) : options_(options) {
    std::string warning;
    source_ = report::open_symbol_source(warning);
    if (!warning.empty()) warn(warning);
  }

  // True: it has a finding that is not known yet.
  bool take(NativeRun run) {
    report::Symbolizer(*source_, lines_).symbolize(run.records);
    bool news = false;
    for (Finding& f : run.records.findings) {
      f.execution = processes_ + 1;
      news = known_.insert(format::fingerprint(f)).second || news;
      all_.findings.push_back(std::move(f));
    }
    merge_repeated();
    for (format::Outcome& o : run.records.outcomes) outcomes_[o.text] += o.count;
    std::ranges::move(run.records.problems, std::back_inserter(all_.problems));
    for (format::Module& m : run.records.modules) {
      if (std::ranges::find(all_.modules, m.path, &format::Module::path) == all_.modules.end())
        all_.modules.push_back(std::move(m));
    }
    ++processes_;
    runs_ += std::max<std::uint64_t>(run.bodies, 1);
    discarded_ += run.discarded;
    skipped_ = skipped_ || run.skipped;
    return news;
  }

  // Findings an earlier, killed run of this command has written already.
  void take_up(std::vector<Finding> findings) {
    for (Finding& f : findings) {
      known_.insert(f.fingerprint);
      earlier_.push_back(std::move(f));
    }
  }

  RunResult conclude(const std::string& reason, steady_clock::duration elapsed) {
    format::RunRecords records = all_;
    records.started = true;
    records.strategy = "native";
    records.model = "native";
    records.seed = options_.run.get("seed");
    for (const auto& [text, count] : outcomes_) records.outcomes.push_back({text, count});
    format::Summary& summary = records.summary.emplace();
    summary.mode = "native";
    summary.reason = reason;
    summary.totals.executions = runs_;
    summary.totals.complete = runs_ - discarded_;
    summary.totals.blocked = discarded_;
    summary.totals.elapsed_seconds = std::chrono::duration<double>(elapsed).count();
    rusage children{};
    ::getrusage(RUSAGE_CHILDREN, &children);
    for (const timeval& t : {children.ru_utime, children.ru_stime})
      summary.totals.cpu_seconds += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    format::RunRequest request;
    request.program = options_.program;
    request.arguments = options_.arguments;
    request.interrupted = reason == "interrupted";
    std::vector<format::ProcessRun> processes(1);
    processes[0].records = std::move(records);
    RunResult result = format::conclude(request, std::move(processes));
    for (const Finding& f : earlier_) add_earlier(f, result);
    result.environment = this_environment();
    report::capture_sources(result, lines_);
    report::explain(result);
    return result;
  }

  std::uint64_t processes() const { return processes_; }
  bool has_findings() const { return !known_.empty(); }
  bool skipped() const { return skipped_; }

 private:
  // Thousands of runs may show the same thing.
  void merge_repeated() {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < all_.findings.size();) {
      const auto [at, added] = first.try_emplace(format::fingerprint(all_.findings[i]), i);
      if (added) {
        ++i;
        continue;
      }
      all_.findings[at->second].occurrences += all_.findings[i].occurrences;
      all_.findings.erase(all_.findings.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  static void add_earlier(const Finding& f, RunResult& result) {
    const auto same = std::ranges::find(result.findings, f.fingerprint, &Finding::fingerprint);
    if (same != result.findings.end()) {
      same->occurrences += f.occurrences;
    } else {
      result.findings.push_back(f);
    }
    result.verdict = format::Verdict::bug;
  }

  const SessionOptions& options_;
  std::unique_ptr<report::SymbolSource> source_;
  report::SourceLines lines_;
  format::RunRecords all_;
  std::set<std::string> known_;
  std::map<std::string, std::uint64_t> outcomes_;
  std::vector<Finding> earlier_;
  std::uint64_t processes_ = 0;
  std::uint64_t runs_ = 0;
  std::uint64_t discarded_ = 0;
  bool skipped_ = false;
};

std::string why_not_runnable(const std::string& program) {
  std::error_code failed;
  if (!fs::exists(program, failed)) return "does not exist";
  if (fs::is_directory(program, failed)) return "is a directory";
  return ::access(program.c_str(), X_OK) == 0 ? "" : "is not executable";
}

// CLI11 takes -3 for a great unsigned number.
const CLI::Validator whole_number(
    [](const std::string& text) {
      const bool good = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
      return good ? std::string() : fmt::format("'{}' is not a whole number", text);
    },
    "");

bool has_runner(const std::string& program) {
  std::string bytes;
  std::string error;
  return read_file(program, bytes, error) && bytes.find("heddle native runner ") != std::string::npos;
}

// What runs of this command that were killed have left: the document they wrote last, and what was to be
// read.
void take_up(const SessionOptions& o, const std::string& folder, Harvest& harvest) {
  std::string text;
  std::string error;
  RunResult before;
  if (!read_file(o.json, text, error) || !format::read_result(text, before, error)) return;
  warn(fmt::format("an earlier run was killed: its findings in {} are taken up", o.json));
  harvest.take_up(std::move(before.findings));
  harvest.take(left_behind(o.program, folder));
}

// Written whenever there is something new, so that a run that is killed loses nothing.
void write_down(const SessionOptions& o, Harvest& harvest, steady_clock::time_point started) {
  if (o.json.empty() || o.json == "-") return;
  std::string error;
  const RunResult result = harvest.conclude("interrupted", steady_clock::now() - started);
  if (!write_file(o.json, format::to_json(result), error))
    warn(fmt::format("cannot write {}: {}", o.json, error));
}

void show_progress(const Harvest& harvest, steady_clock::duration elapsed, bool last) {
  if (::isatty(STDERR_FILENO) == 0) return;
  std::string error;
  const std::string text =
      last ? "\r\x1b[K"
           : fmt::format("\r{} runs of the program, {} s\x1b[K", harvest.processes(),
                         std::chrono::duration_cast<std::chrono::seconds>(elapsed).count());
  write_all(STDERR_FILENO, text, error);
}

// Returns why it ended.
std::string run_again_and_again(const SessionOptions& o, const StressForm& form, const std::string& folder,
                                Harvest& harvest) {
  const auto started = steady_clock::now();
  const milliseconds budget(std::stoull(o.run.get("budget_ms")));
  const bool keep_going = o.run.get("keep_going") == "1";
  NativeLaunch launch;
  launch.program = o.program;
  launch.arguments = o.arguments;
  launch.folder = folder;
  launch.check_runs = form.body_runs;
  launch.patience = milliseconds(form.patience_ms);
  launch.noise = !form.no_noise;
  launch.affinity = !form.no_affinity;
  launch.simulates = simulates_schedules(o.program) || simulates_schedules(thread_sanitizer_library());
  const std::uint64_t seed = std::stoull(o.run.get("seed"));
  write_down(o, harvest, started);
  empty_folder(folder);
  for (std::uint64_t i = 0;; ++i) {
    const auto elapsed = steady_clock::now() - started;
    if (interruption() != 0) return "interrupted";
    if (form.runs != 0 && i >= form.runs) return "max_executions";
    if (budget.count() != 0 && elapsed >= budget && i > 0) return "budget";
    show_progress(harvest, elapsed, false);
    launch.seed = seed + i;
    launch.check_time = milliseconds(form.check_ms);
    NativeRun run = run_natively(launch);
    if (!run.error.empty()) return "error:" + run.error;
    if (harvest.take(std::move(run))) write_down(o, harvest, started);
    empty_folder(folder);
    if (harvest.has_findings() && !keep_going) return "first_bug";
    if (harvest.skipped()) return "skipped";
  }
}

int exit_code_of(const SessionOptions& o, const RunResult& result) {
  if (result.verdict == format::Verdict::bug) return o.bug_exit_code.value_or(exit_bug);
  return interruption() != 0 ? 128 + interruption() : exit_ok;
}

int stress(const StressForm& form, const SessionOptions& given) {
  SessionOptions o = given;
  o.program = fs::absolute(resolve_program(o.program)).string();
  if (const std::string wrong = why_not_runnable(o.program); !wrong.empty()) {
    fail(fmt::format("{} {}", o.program, wrong));
    return exit_usage;
  }
  if (std::error_code failed; !form.against.empty() && !fs::exists(form.against, failed)) {
    fail(fmt::format("--against: {} does not exist", form.against));
    return exit_usage;
  }
  const bool keeps = !o.json.empty() && o.json != "-";
  if (const std::string wrong = keeps ? why_not_writable(o.json) : ""; !wrong.empty()) {
    fail(fmt::format("cannot write {}: {}", o.json, wrong));
    return exit_usage;
  }
  if (!has_runner(o.program)) {
    warn(
        fmt::format("{} was not built for heddle stress (heddle c++ --stress): it runs without delays and "
                    "pinned threads, and deadlocks are only seen by --timeout",
                    o.program));
  }
  std::vector<report::Suppression> suppressions;
  if (!load_suppressions(o.suppressions, suppressions)) return exit_usage;
  ScratchFolder scratch;
  std::string folder = scratch.path();
  Harvest harvest(o);
  note_interruptions();
  if (keeps) {
    folder = fs::absolute(o.json).string() + ".raw";
    std::error_code failed;
    if (fs::exists(folder, failed)) take_up(o, folder, harvest);
    if (!fs::create_directories(folder, failed) && failed) {
      fail(fmt::format("cannot make {}: {}", folder, failed.message()));
      return exit_usage;
    }
  }
  const auto started = steady_clock::now();
  const std::string reason = run_again_and_again(o, form, folder, harvest);
  show_progress(harvest, {}, true);
  if (reason.starts_with("error:")) {
    fail(reason.substr(6));
    return exit_usage;
  }
  RunResult result = harvest.conclude(reason, steady_clock::now() - started);
  apply_suppressions(suppressions, result);
  int code = harvest.skipped() && !harvest.has_findings() ? 77 : exit_code_of(o, result);
  std::string comparison;
  if (!form.against.empty()) {
    const Comparison compared =
        compare_with_model(form.against, o.arguments, form.against_ms, result.outcomes);
    if (!compared.error.empty()) {
      fail("--against: " + compared.error);
      if (code == exit_ok) code = exit_inconclusive;
    } else {
      comparison = in_words(compared);
      if (!compared.forbidden.empty() && code == exit_ok) code = exit_bug;
    }
  }
  std::string error;
  if (!publish(o, result) ||
      (!comparison.empty() && !write_all(o.json == "-" ? STDERR_FILENO : STDOUT_FILENO, comparison, error)))
    return code == exit_ok ? exit_internal : code;
  std::error_code ignored;
  if (keeps) fs::remove_all(folder, ignored);
  return code;
}

}  // namespace

void add_stress(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("stress", "Run a program on this machine's processors, again and again");
  auto form = std::make_shared<StressForm>();
  add_budget(*command, form->session);
  command->add_option("--runs", form->runs, "Start the program at most so often")
      ->check(whole_number)
      ->type_name("N");
  command
      ->add_option("--body-runs", form->body_runs,
                   "Run the body of each heddle::check at most so often a start")
      ->check(whole_number)
      ->type_name("N");
  add_duration(
      *command, "--check-time", [form](std::uint64_t ms) { form->check_ms = ms; },
      "How long each heddle::check of the program runs its body a start (default 500ms)");
  add_duration(
      *command, "--timeout", [form](std::uint64_t ms) { form->patience_ms = ms; },
      "A run of the program that takes longer is a finding (default 30s; 0: none is)");
  command
      ->add_option_function<std::uint64_t>(
          "--seed",
          [form](const std::uint64_t& seed) { form->session.run.set("seed", std::to_string(seed)); },
          "Of delays, placement and heddle::nondet; not of what the processors do")
      ->check(whole_number)
      ->type_name("N");
  command->add_flag_callback(
      "--keep-going", [form] { form->session.run.set("keep_going", "1"); }, "Do not stop at the first bug");
  command->add_flag("--no-noise", form->no_noise, "Without random delays");
  command->add_flag("--no-affinity", form->no_affinity, "Without pinning threads to processors");
  command
      ->add_option("--against", form->against,
                   "Compare the outcomes with those an exhaustive check allows: a program built with heddle "
                   "c++, or the "
                   "--json document of its check")
      ->type_name("FILE");
  add_report_options(*command, form->session);
  run_with_program(*command, context, form->session,
                   [form](const SessionOptions& options) { return stress(*form, options); });
}

}  // namespace heddle::cli
