// heddle fuzz: a fuzzer's bytes are the scenario and the schedule of executions (docs/fuzzing.md). Options of
// ours come first; everything from the program's name on that begins with a dash, or is a folder, is
// libFuzzer's.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "cli/checkable.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/interrupt.hpp"
#include "cli/read_file.hpp"
#include "cli/session_options.hpp"
#include "stress/fuzz/mutate.hpp"
#include "stress/fuzz/target.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

struct FuzzForm {
  SessionForm session;
  bool standalone = false;
};

constexpr int exit_libfuzzer_crash = 77;
constexpr const char* max_events = "100000";  // a fuzzer wants to know soon of inputs that lead nowhere

fs::path command_folder() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed).parent_path();
}

std::string options_of(SessionOptions& o) {
  if (!o.run.has("max_events")) o.run.set("max_events", max_events);
  std::string text;
  for (const auto& [key, value] : o.run.changed())
    text += fmt::format("{}{}={}", text.empty() ? "" : ":", key, value);
  return text;
}

// What targets whose fuzzer was killed were executing is kept as a file to be executed again, and what they
// found as records. An input that had been executed may be one that libFuzzer was about to write to the
// corpus: it is written there.
void save_left_behind(const std::string& folder, const std::string& corpus) {
  for (const std::string& files : stress::left_behind(folder)) {
    std::vector<std::uint8_t> input;
    bool answered = true;
    if (stress::read_left_input(files, input, answered) && !(answered && (corpus.empty() || input.empty()))) {
      const std::string kept =
          answered ? (fs::path(corpus) / fs::path(files).filename()).string() : files + ".input";
      std::string error;
      const std::string text(input.begin(), input.end());
      if (!write_file(kept, text, error)) {
        warn(fmt::format("cannot write {}, the input of a fuzzer that was killed: {}", kept, error));
        continue;  // the page is still there
      }
      if (!answered)
        warn(fmt::format("a fuzzer was killed while it executed an input, which is now in {}", kept));
    }
    std::string records;
    std::string error;
    const bool found = read_file(files + ".ndjson", records, error) &&
                       records.find("\"type\":\"finding\"") != std::string::npos;
    std::error_code ignored;
    fs::remove(files + ".page", ignored);
    if (found) {
      warn(fmt::format("a fuzzer was killed before it reported a finding: see heddle report {}.ndjson",
                       files));
    } else {
      fs::remove(files + ".ndjson", ignored);
    }
  }
}

std::string value_of(const std::vector<std::string>& arguments, std::string_view flag,
                     std::string otherwise) {
  for (const std::string& a : arguments) {
    if (a.starts_with(flag)) otherwise = a.substr(flag.size());
  }
  return otherwise;
}

// The folder libFuzzer writes to: the first one. Empty: there is none.
std::string corpus_of(const std::vector<std::string>& arguments) {
  std::error_code failed;
  for (const std::string& a : arguments) {
    if (a == "--") break;
    if (!a.starts_with("-")) return fs::is_directory(a, failed) ? a : "";
  }
  return "";
}

// Words after `--` are the program's own.
std::vector<std::string> take_program_arguments(std::vector<std::string>& words) {
  const auto at = std::ranges::find(words, "--");
  std::vector<std::string> own(at == words.end() ? at : at + 1, words.end());
  words.erase(at, words.end());
  return own;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : std::string(1, stress::word_separator)) + word;
  return text;
}

int run_libfuzzer(const std::string& fuzzer, const SessionOptions& o, const std::string& options,
                  const std::vector<std::string>& own) {
  ::setenv("HEDDLE_FUZZ_TARGET", o.program.c_str(), 1);
  ::setenv("HEDDLE_FUZZ_OPTIONS", options.c_str(), 1);
  ::setenv("HEDDLE_FUZZ_COMMAND", (command_folder() / "heddle").c_str(), 1);
  ::setenv("HEDDLE_FUZZ_ARGUMENTS", joined(own).c_str(), 1);
  std::vector<std::string> words = {fuzzer};
  words.insert(words.end(), o.arguments.begin(), o.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(fuzzer.c_str(), argv.data());
  fail(fmt::format("cannot run {}", fuzzer));
  return exit_internal;
}

// Without libFuzzer: files are executed once each; folders are taken for the corpus, and then inputs are
// mutated at random, without coverage, -runs= of them.
class Standalone {
 public:
  Standalone(const SessionOptions& o, const std::string& options, const std::vector<std::string>& own)
      : arguments_(o.arguments) {
    const std::string prefix = value_of(o.arguments, "-artifact_prefix=", "./");
    stress::TargetSetting setting;
    setting.program = o.program;
    setting.options = options;
    setting.arguments = own;
    setting.files = fmt::format("{}heddle-fuzz-{}", prefix.substr(0, prefix.rfind('/') + 1), ::getpid());
    target_.emplace(setting);
  }

  int run() {
    if (!target_->error().empty()) {
      fail(target_->error());
      return exit_internal;
    }
    const auto started = std::chrono::steady_clock::now();
    if (const int code = run_files(); code != exit_ok) return code;
    if (const int code = run_mutations(); code != exit_ok) return code;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    fmt::print("heddle: no bug found in {} executions, {:.2f} s\n", executed_, seconds);
    return interruption() != 0 ? 128 + interruption() : exit_ok;
  }

 private:
  int execute(const stress::Input& input, const std::string& name) {
    ++executed_;
    const stress::Executed how = target_->execute(input);
    if (how == stress::Executed::fine) return exit_ok;
    std::string kept = name;
    std::string error;
    if (kept.empty()) {
      kept = fmt::format("{}crash-{}", value_of(arguments_, "-artifact_prefix=", "./"), ::getpid());
      if (!write_file(kept, std::string(input.begin(), input.end()), error))
        fail("cannot write " + kept + ": " + error);
    }
    target_->keep();
    fmt::print("heddle fuzz: {} shows a bug (program {}); heddle report {}\n", kept, target_->how_it_ended(),
               target_->records_path());
    return how == stress::Executed::bug ? exit_libfuzzer_crash : exit_internal;
  }

  int run_files() {
    for (const std::string& a : arguments_) {
      if (a.starts_with("-")) continue;
      std::error_code failed;
      std::vector<fs::path> files;
      if (fs::is_directory(a, failed)) {
        for (const auto& entry : fs::directory_iterator(a, failed)) files.push_back(entry.path());
      } else {
        files.emplace_back(a);
      }
      for (const fs::path& file : files) {
        std::string text;
        std::string error;
        if (!read_file(file.string(), text, error)) {
          fail(fmt::format("{} {}", file.string(), error));
          return exit_usage;
        }
        corpus_.emplace_back(text.begin(), text.end());
        if (const int code = execute(corpus_.back(), file.string()); code != exit_ok) return code;
      }
    }
    return exit_ok;
  }

  int run_mutations() {
    const std::uint64_t runs =
        std::strtoull(value_of(arguments_, "-runs=", corpus_.empty() ? "100000" : "0").c_str(), nullptr, 10);
    std::mt19937_64 random(std::strtoull(value_of(arguments_, "-seed=", "1").c_str(), nullptr, 10));
    if (corpus_.empty()) corpus_.emplace_back();
    constexpr std::size_t most = 4096;
    constexpr std::size_t corpus_max = 64;
    const auto bytes = [&random](std::uint8_t* data, std::size_t size, std::size_t room) {
      if (size < room && (size == 0 || random() % 2 == 0)) ++size;
      data[random() % size] = static_cast<std::uint8_t>(random());
      return size;
    };
    for (std::uint64_t i = 0; i < runs && interruption() == 0; ++i) {
      const auto arm = static_cast<stress::Arm>(random() % stress::arms);
      const stress::Input input =
          stress::mutated(corpus_[random() % corpus_.size()], most, random(), bytes, arm);
      if (const int code = execute(input, ""); code != exit_ok) return code;
      if (corpus_.size() < corpus_max) {
        corpus_.push_back(input);
      } else {
        corpus_[1 + random() % (corpus_max - 1)] = input;
      }
    }
    return exit_ok;
  }

  const std::vector<std::string> arguments_;
  std::optional<stress::Target> target_;
  std::vector<stress::Input> corpus_;
  std::uint64_t executed_ = 0;
};

int fuzz(const FuzzForm& form, SessionOptions o) {
  o.program = fs::absolute(resolve_program(o.program)).string();
  if (const std::string wrong = why_not_checkable(o.program); !wrong.empty()) {
    fail(fmt::format("{} {}", o.program, wrong));
    return exit_usage;
  }
  warn_of_other_runtime(o.program);
  const std::string prefix = value_of(o.arguments, "-artifact_prefix=", "./");
  const std::string folder = prefix.substr(0, prefix.rfind('/') + 1);
  const std::string corpus = corpus_of(o.arguments);
  for (const std::string& written : {folder.empty() ? std::string(".") : folder, corpus}) {
    if (!written.empty() && ::access(written.c_str(), W_OK) != 0) {
      fail(fmt::format("cannot write to {}: {} (-artifact_prefix= and the first folder are written to)",
                       written, std::strerror(errno)));
      return exit_usage;
    }
  }
  save_left_behind(folder.empty() ? "." : folder, corpus);
  const std::string options = options_of(o);
  const std::vector<std::string> own = take_program_arguments(o.arguments);
  const std::string fuzzer = (command_folder() / "heddle-fuzzer").string();
  if (!form.standalone && ::access(fuzzer.c_str(), X_OK) == 0) return run_libfuzzer(fuzzer, o, options, own);
  if (!form.standalone) {
    warn("Heddle was built without libFuzzer (clang's runtime): inputs are mutated without coverage");
  }
  note_interruptions();
  return Standalone(o, options, own).run();
}

}  // namespace

void add_fuzz(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("fuzz",
                                         "Let libFuzzer choose scenarios and schedules: heddle fuzz PROGRAM "
                                         "[-max_total_time=60 ...] [CORPUS...]");
  auto form = std::make_shared<FuzzForm>();
  add_execution_options(*command, form->session);
  command->add_flag("--standalone", form->standalone,
                    "Without libFuzzer: execute files, then -runs=N mutations of them without coverage");
  run_with_program(*command, context, form->session,
                   [form](SessionOptions options) { return fuzz(*form, std::move(options)); });
}

}  // namespace heddle::cli
