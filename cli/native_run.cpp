#include "cli/native_run.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/child.hpp"
#include "cli/interrupt.hpp"
#include "cli/read_file.hpp"
#include "cli/sanitizer_environment.hpp"
#include "reports/format/record_reader.hpp"
#include "reports/format/rule_lookup.hpp"
#include "stress/sanitizer/report.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t output_lines_kept = 40;
constexpr int exit_skipped = 77;
constexpr int exit_sanitizer = 66;

void add_finding(NativeRun& run, const char* rule, std::string message, std::string output) {
  format::Finding f;
  f.rule = rule;
  f.name = format::rule_name(rule);
  f.title = format::rule_title(rule);
  f.message = std::move(message);
  f.phase = "native";
  f.output = std::move(output);
  f.threads.emplace_back();
  run.records.findings.push_back(std::move(f));
}

// A sanitizer that cannot work here says so and ends the program: that is nothing the program did.
void note_unusable_sanitizer(const std::string& text, NativeRun& run) {
  for (const char* name : {"FATAL: ThreadSanitizer: ", "FATAL: AddressSanitizer: "}) {
    const std::size_t at = text.find(name);
    if (at == std::string::npos) continue;
    run.error =
        text.substr(at + 7, text.find('\n', at) - at - 7) + " (heddle doctor says what is wrong here)";
  }
}

// Records of the runner and logs of sanitizers.
void read_folder(const std::string& program, const std::string& folder, NativeRun& run) {
  std::vector<fs::path> logs;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    std::string text;
    std::string error;
    if (name.starts_with("sanitizer.")) {
      logs.push_back(entry.path());
    } else if (name.starts_with("records.") && read_file(entry.path().string(), text, error)) {
      format::RecordReader reader;
      reader.feed(text, run.records);
      reader.finish(run.records);
      for (std::size_t at = 0; (at = text.find("{\"type\":\"runs\"", at)) != std::string::npos; ++at) {
        const auto line = nlohmann::json::parse(text.substr(at, text.find('\n', at) - at), nullptr, false);
        if (!line.is_object()) continue;
        run.bodies += line.value("count", std::uint64_t{0});
        run.discarded += line.value("discarded", std::uint64_t{0});
      }
    }
  }
  // The runner's own list comes first: its stacks are indices into it.
  if (run.records.modules.empty()) run.records.modules.push_back({program, ""});
  std::ranges::sort(logs);
  for (const fs::path& log : logs) {
    std::string text;
    std::string error;
    if (!read_file(log.string(), text, error)) continue;
    note_unusable_sanitizer(text, run);
    stress::read_sanitizer_reports(text, run.records);
  }
}

void set_environment(const NativeLaunch& launch) {
  for (const auto& [name, value] : sanitizer_environment(launch.folder + "/sanitizer", launch.simulates))
    ::setenv(name.c_str(), value.c_str(), 1);
  ::setenv("HEDDLE_STRESS",
           fmt::format("result={}/records.ndjson:seed={}:check_ms={}:check_runs={}:noise={}:affinity={}",
                       launch.folder, launch.seed, launch.check_time.count(), launch.check_runs,
                       launch.noise ? 1 : 0, launch.affinity ? 1 : 0)
               .c_str(),
           1);
}

// Puts the environment back when it goes.
class EnvironmentScope {
 public:
  EnvironmentScope() {
    for (const char* name :
         {"TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "HEDDLE_STRESS"}) {
      const char* const value = std::getenv(name);
      before_.emplace_back(name, value != nullptr ? std::optional<std::string>(value) : std::nullopt);
    }
  }
  ~EnvironmentScope() {
    for (const auto& [name, value] : before_) {
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
    }
  }
  EnvironmentScope(const EnvironmentScope&) = delete;
  EnvironmentScope& operator=(const EnvironmentScope&) = delete;

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

// False: it did not end in time, or the user stopped it, and it was killed.
bool wait_for(Child& child, milliseconds patience, NativeRun& run) {
  const auto until = steady_clock::now() + patience;
  while (!child.ended()) {
    pollfd waiting[] = {{child.output_fd(), POLLIN, 0}, {child.end_fd(), POLLIN, 0}};
    ::poll(waiting, 2, 100);
    child.drain();
    run.interrupted_by = interruption();
    if (run.interrupted_by == 0 && (patience.count() == 0 || steady_clock::now() < until)) continue;
    child.signal(SIGKILL);
    while (!child.ended()) ::poll(nullptr, 0, 1);
    return false;
  }
  return true;
}

void judge(const Child& child, bool ended, const NativeLaunch& launch, NativeRun& run) {
  const std::string how = child.how_it_ended();
  std::string output = child.last_output(output_lines_kept);
  if (!ended) {
    if (run.interrupted_by == 0) {
      add_finding(run, "HED022",
                  fmt::format("the program did not end within {} s", launch.patience.count() / 1000),
                  std::move(output));
    }
    return;
  }
  run.skipped = child.exit_status() == exit_skipped;
  // What is known of the end is known better from the runner or a sanitizer, if one of them spoke.
  if (how.empty() || run.skipped) return;
  if (!run.records.findings.empty()) {
    run.records.findings.back().output = std::move(output);
    return;
  }
  const bool by_sanitizer = child.exit_status() == exit_sanitizer;
  const bool killed = how.find("killed") != std::string::npos;
  const char* const rule = killed && how.find("SIGABRT") != std::string::npos ? "HED007"
                           : killed                                           ? "HED009"
                                                                              : "HED021";
  add_finding(
      run, rule,
      by_sanitizer ? "a sanitizer ended the program, but its report could not be read" : "the program " + how,
      std::move(output));
}

}  // namespace

NativeRun run_natively(const NativeLaunch& launch) {
  NativeRun run;
  const EnvironmentScope environment;
  set_environment(launch);
  Child child({launch.program, launch.arguments, "run=none", false});
  if (!child.error().empty()) {
    run.error = child.error();
    return run;
  }
  const bool ended = wait_for(child, launch.patience, run);
  read_folder(launch.program, launch.folder, run);
  // Without a file for it, a sanitizer reports to standard error.
  const std::string output = child.last_output(output_lines_kept * 100);
  note_unusable_sanitizer(output, run);
  stress::read_sanitizer_reports(output, run.records);
  judge(child, ended, launch, run);
  for (format::Finding& f : run.records.findings) f.execution = 1;
  return run;
}

NativeRun left_behind(const std::string& program, const std::string& folder) {
  NativeRun run;
  read_folder(program, folder, run);
  return run;
}

void empty_folder(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) fs::remove(entry.path(), ignored);
}

}  // namespace heddle::cli
