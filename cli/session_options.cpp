#include "cli/session_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/duration.hpp"
#include "cli/report.hpp"

namespace heddle::cli {
namespace {

// An option whose value goes into the program's options under `key`.
CLI::Option* add_value(CLI::App& command, SessionForm& form, const std::string& flag, const std::string& key,
                       const std::string& help, const char* type) {
  return command
      .add_option_function<std::string>(
          flag,
          [&form, flag, key](const std::string& value) {
            if (const std::string wrong = why_not_allowed(key, value); !wrong.empty()) {
              throw CLI::ValidationError(flag, fmt::format("'{}' {}", value, wrong));
            }
            form.run.set(key, value);
          },
          help)
      ->type_name(type);
}

CLI::Option* add_switch(CLI::App& command, SessionForm& form, const std::string& flag, const std::string& key,
                        const std::string& value, const std::string& help) {
  return command.add_flag_callback(
      flag, [&form, key, value] { form.run.set(key, value); }, help);
}

// A file of an exhaustive search. The program may change its folder.
void add_file(CLI::App& command, SessionForm& form, const std::string& flag, const std::string& key,
              const std::string& help) {
  command
      .add_option_function<std::string>(
          flag,
          [&form, key](const std::string& value) {
            form.run.set(key, std::filesystem::absolute(value).string());
            form.run.set("strategy", "exhaustive");
          },
          help)
      ->type_name("FILE")
      ->excludes("--strategy");
}

constexpr const char* hidden_dashes = "\x01--";

class ProgramFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* command, std::string) const override {
    return fmt::format("Usage: heddle {} [OPTIONS] PROGRAM [ARGUMENTS]...\n", command->get_name());
  }
};

bool is_shard(const std::string& index, const std::string& count) {
  if (!why_not_allowed("shard", index).empty() || !why_not_allowed("shards", count).empty()) return false;
  if (index.size() > 6 || count.size() > 6 || index.empty() || count.empty()) return false;
  return std::stoul(index) >= 1 && std::stoul(index) <= std::stoul(count);
}

}  // namespace

void add_duration(CLI::App& command, const std::string& flag, const std::function<void(std::uint64_t)>& take,
                  const std::string& help) {
  command
      .add_option_function<std::string>(
          flag,
          [flag, take](const std::string& text) {
            const auto ms = parse_duration_ms(text);
            if (!ms)
              throw CLI::ValidationError(flag, fmt::format("'{}' is not a duration such as 10s or 5m", text));
            take(*ms);
          },
          help)
      ->type_name("TIME");
}

void add_budget(CLI::App& command, SessionForm& form) {
  add_duration(
      command, "--budget", [&form](std::uint64_t ms) { form.run.set("budget_ms", std::to_string(ms)); },
      "Search for so long (default 10s; 0: until done)");
}

void add_search_options(CLI::App& command, SessionForm& form) {
  add_budget(command, form);
  add_value(command, form, "--max-executions,--executions", "max_executions", "Stop after so many executions",
            "N");
  CLI::Option* strategy =
      add_value(command, form, "--strategy", "strategy",
                "default, random_walk, pct, pos, surw, urw, rff, bounded, portfolio or exhaustive", "NAME");
  add_switch(command, form, "--exhaustive", "strategy", "exhaustive", "Explore every execution, each once")
      ->excludes(strategy);
  command
      .add_option_function<std::string>(
          "--preemptions",
          [&form](const std::string& value) {
            if (const std::string wrong = why_not_allowed("preemptions", value); !wrong.empty())
              throw CLI::ValidationError("--preemptions", fmt::format("'{}' {}", value, wrong));
            form.run.set("preemptions", value);
            form.run.set("strategy", "bounded");
          },
          "Run every schedule with at most so many preemptions, the simplest first (strategy bounded)")
      ->type_name("N")
      ->excludes(strategy);
  command
      .add_option_function<std::string>(
          "--shard",
          [&form](const std::string& text) {
            const std::size_t slash = text.find('/');
            const std::string index = text.substr(0, slash);
            const std::string count = slash == std::string::npos ? "" : text.substr(slash + 1);
            if (!is_shard(index, count))
              throw CLI::ValidationError("--shard", fmt::format("'{}' is not a shard such as 2/8", text));
            form.run.set("shard", index);
            form.run.set("shards", count);
            form.run.set("strategy", "exhaustive");
          },
          "Explore one of N parts of the exhaustive search; heddle report merges their documents")
      ->type_name("I/N")
      ->excludes(strategy);
  add_file(command, form, "--save", "save",
           "Keep what is left of the exhaustive search in a file, to resume it");
  add_file(command, form, "--resume", "resume", "Go on with a saved search");
  add_value(command, form, "--seed", "seed", "Of the random strategies; equal seeds search equally", "N");
  add_value(command, form, "--pct-depth", "pct_depth", "Depth of bugs the pct strategy aims at", "N");
  add_switch(command, form, "--keep-going", "keep_going", "1", "Do not stop at the first bug");
  add_switch(command, form, "--no-minimize", "minimize", "0",
             "Report the schedule as found, without shortening it");
  add_switch(command, form, "--no-why", "why", "0",
             "Do not try what else could have happened: chances, a passing execution, fixes");
  add_switch(command, form, "--no-reductions", "reductions", "0", "Exhaustive search without reductions");
  add_value(command, form, "--no-reduction", "no_reduction",
            "Exhaustive search without these reductions: mutexes, barriers, symmetry, spins, unread, rmws",
            "NAME,...");
  auto* const recall = add_switch(
      command, form, "--recall", "recall", "1",
      "Exhaustive: do not run executions in which each thread does what it has done before, although not "
      "all of the program is known to be instrumented; only right if every access to memory that threads "
      "share is");
  add_switch(command, form, "--no-recall", "recall", "0",
             "Exhaustive: run them all, also where the whole program is known to be instrumented")
      ->excludes(recall);
  add_value(command, form, "--recall-after", "recall_after", "Run so many executions before any is recalled",
            "N");
  add_switch(
      command, form, "--unread-stores", "unread_stores", "1",
      "Exhaustive: leave the order of stores open where no operation reads them; only right if nothing else "
      "looks at them unseen (code or accesses without instrumentation, system calls)");
  add_switch(command, form, "--symmetric-threads", "symmetric_threads", "1",
             "Exhaustive: threads started in a row with the same function and argument are interchangeable");
  command
      .add_option("--jobs,-j", form.session.jobs,
                  "Search in so many processes, which share an exhaustive search")
      ->check(CLI::Range(1, 1024))
      ->excludes("--shard");
  command
      .add_option("--require", form.require, "exhaustive: exit with 3 unless every execution was explored")
      ->check(CLI::IsMember({"exhaustive"}));
}

void add_execution_options(CLI::App& command, SessionForm& form) {
  add_value(command, form, "--model", "model",
            "Memory model: rc11 (C++20), sc (sequential consistency) or tso (x86)", "NAME");
  add_value(command, form, "--isolation", "isolation", "auto, none, or fork: a process for every execution",
            "NAME");
  add_value(command, form, "--max-events", "max_events", "Operations in one execution; more: it is cut", "N");
  add_value(command, form, "--max-memory", "max_memory",
            "MiB an exhaustive search may need; an execution that needs more is cut", "N");
  add_value(command, form, "--max-threads", "max_threads", "Threads in one execution", "N");
  add_value(command, form, "--races", "races", "report or ignore data races", "WHAT");
  add_value(command, form, "--uninitialized", "uninitialized",
            "Reads of what nobody wrote: report (of atomics), used (plain ones too, if the value matters), "
            "plain (all) "
            "or ignore",
            "WHAT");
  add_switch(command, form, "--leaks", "leaks", "1",
             "Report memory still allocated at the end of executions");
  add_switch(command, form, "--spurious", "spurious", "1",
             "Let waits wake and weak compare-exchanges fail spuriously");
  add_value(command, form, "--order-at", "order_at",
            "Other memory orders for atomic operations, as heddle weaken prints them", "PLACE=ORDER,...");
  add_switch(command, form, "--plain-points", "plain_points", "1", "Switch threads at plain accesses too");
}

void add_report_options(CLI::App& command, SessionForm& form) {
  command
      .add_option("--json", form.session.json,
                  "Write the result document to a file, or - for a stream of progress and the\nresult on "
                  "standard output")
      ->type_name("FILE");
  for (const std::string& name : document_formats()) {
    if (name == "json") continue;
    command
        .add_option_function<std::string>(
            "--" + name,
            [&form, name](const std::string& file) { form.session.documents.emplace_back(name, file); },
            fmt::format("Write the result as {} too (heddle report --to={})", name, name))
        ->type_name("FILE");
  }
  command
      .add_option("--bundle", form.session.bundle,
                  "Put all that is needed to see each finding again into FOLDER/FINGERPRINT")
      ->type_name("FOLDER");
  command.add_option("--suppressions", form.session.suppressions, "Leave out the findings this file names")
      ->type_name("FILE");
  command.add_option("--color", form.session.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command.add_option("--exitcode", form.exit_code, "Exit code when a bug is found (default 1)")
      ->check(CLI::Range(0, 255));
  command.add_flag("--quiet,-q", form.session.quiet, "Print findings and the last line only");
  command.add_flag("--verbose,-v", form.session.verbose,
                   "Show the program's output, all frames and all steps");
}

void take_program_and_arguments(CLI::App& command) {
  command.prefix_command();
  command.formatter(std::make_shared<ProgramFormatter>());
}

void hide_dashes(std::vector<std::string>& arguments) {
  if (arguments.empty() ||
      (arguments.front() != "check" && arguments.front() != "replay" && arguments.front() != "show" &&
       arguments.front() != "weaken" && arguments.front() != "stress" && arguments.front() != "fuzz"))
    return;
  std::ranges::replace(arguments, std::string("--"), std::string(hidden_dashes));
}

std::vector<std::string> program_words(const CLI::App& command) {
  std::vector<std::string> words = command.remaining();
  if (!words.empty() && words.front() == hidden_dashes) words.erase(words.begin());
  std::ranges::replace(words, std::string(hidden_dashes), std::string("--"));
  return words;
}

bool SessionForm::fill(std::vector<std::string> words, SessionOptions& out) const {
  out = session;
  out.run = run;
  if (!words.empty() && words.front().starts_with("-")) {
    fail(fmt::format("unknown option {} (see --help; the program's own options come after its name)",
                     words.front()));
    return false;
  }
  if (words.empty()) {
    fail("which program? It comes after the options: heddle COMMAND [OPTIONS] PROGRAM [ARGUMENTS]...");
    return false;
  }
  out.program = words.front();
  out.arguments.assign(words.begin() + 1, words.end());
  out.require_exhaustive = !require.empty();
  // The bug that is wanted may be behind one that is not.
  if (!out.suppressions.empty() && !out.run.has("keep_going")) out.run.set("keep_going", "1");
  if (exit_code >= 0) out.bug_exit_code = exit_code;
  if (const char* environment = std::getenv("HEDDLE_OPTIONS"); environment != nullptr) {
    std::vector<std::string> warnings;
    out.run.add_environment(environment, warnings);
    for (const std::string& text : warnings) warn(text);
  }
  return true;
}

void run_with_program(CLI::App& command, Context& context, const SessionForm& form,
                      std::function<int(SessionOptions)> run) {
  take_program_and_arguments(command);
  command.callback([&command, &context, &form, run = std::move(run)] {
    SessionOptions options;
    const bool good = form.fill(program_words(command), options);
    context.exit_code = good ? run(std::move(options)) : exit_usage;
  });
}

}  // namespace heddle::cli
