#include "cli/compile.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/gcc_plugin.hpp"
#include "cli/scratch_folder.hpp"
#include "reports/symbolize/subprocess.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* nested = "HEDDLE_COMPILER_DEPTH";

std::vector<std::string> split(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

fs::path prefix() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed).parent_path().parent_path();
}

// "c++" and "cc" may be either compiler.
CompilerKind kind_of(const std::vector<std::string>& compiler) {
  const std::string name = compiler.back().substr(compiler.back().rfind('/') + 1);
  if (name.find("clang") != std::string::npos) return CompilerKind::clang;
  if (name.find("gcc") != std::string::npos || name.find("g++") != std::string::npos)
    return CompilerKind::gcc;
  report::Subprocess process({compiler.back(), "--version"});
  for (std::string line; process.read_line(line);) {
    if (line.find("clang") != std::string::npos) return CompilerKind::clang;
  }
  return CompilerKind::gcc;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

int not_started(const std::string& compiler, int error) {
  fail(fmt::format("cannot run the compiler {}: {} (choose one with --with=, HEDDLE_CXX or HEDDLE_CC)",
                   compiler, std::strerror(error)));
  return exit_usage;
}

// The command takes this process's place.
int become(const std::vector<std::string>& command) {
  ::execvp(command[0].c_str(), pointers(command).data());
  return not_started(command[0], errno);
}

int run_one(const std::vector<std::string>& command) {
  pid_t pid = 0;
  const int failed =
      ::posix_spawnp(&pid, command[0].c_str(), nullptr, nullptr, pointers(command).data(), environ);
  if (failed != 0) return not_started(command[0], failed);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// --with=COMPILER and --stress=KIND are ours; everything else is the compiler's. False: no such kind, which
// was said.
bool take_ours(const std::vector<std::string>& arguments, CompilerSetting& setting,
               std::vector<std::string>& rest) {
  for (const std::string& a : arguments) {
    if (a.starts_with("--with=")) {
      setting.compiler = split(a.substr(7));
    } else if (a == "--stress" || a == "--stress=tsan") {
      setting.build = BuildKind::tsan;
    } else if (a == "--stress=asan") {
      setting.build = BuildKind::asan;
    } else if (a == "--stress=noise") {
      setting.build = BuildKind::noise;
    } else if (a == "--stress=plain") {
      setting.build = BuildKind::plain;
    } else if (a.starts_with("--stress=")) {
      fail(fmt::format("{}: the kinds are tsan, asan, noise and plain", a));
      return false;
    } else {
      rest.push_back(a);
    }
  }
  return true;
}

constexpr const char* compile_help =
    R"(Usage: heddle c++ [--with=COMPILER] [--stress=KIND] ARGUMENTS OF THE COMPILER...
       heddle cc  [--with=COMPILER] [--stress=KIND] ARGUMENTS OF THE COMPILER...

Compiles and links as the compiler would, so that the program can be checked: objects
are instrumented (-fsanitize=thread), programs get Heddle's runtime instead of libtsan.
For a whole project: CXX=heddle-c++ CC=heddle-cc. The program still runs as usual.

With --stress the program is for `heddle stress` instead, which runs it on this machine's
processors: KIND is tsan (ThreadSanitizer; the default), asan (AddressSanitizer and
UndefinedBehaviorSanitizer), noise (delays at atomics and accesses) or plain.

The compiler is g++ or gcc, or that of --with=, HEDDLE_CXX or HEDDLE_CC.
)";

}  // namespace

std::vector<std::string> chosen_compiler(Language language) {
  const char* chosen = std::getenv(language == Language::cxx ? "HEDDLE_CXX" : "HEDDLE_CC");
  std::vector<std::string> words = split(chosen != nullptr ? chosen : "");
  if (words.empty()) words = {language == Language::cxx ? "g++" : "gcc"};
  return words;
}

std::string runtime_object() {
  if (const char* chosen = std::getenv("HEDDLE_RUNTIME"); chosen != nullptr) return chosen;
  return (prefix() / "lib/heddle/heddle_runtime.o").string();
}

int compile(Language language, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments == std::vector<std::string>{"--help"}) {
    fmt::print("{}", compile_help);
    return arguments.empty() ? exit_usage : exit_ok;
  }
  CompilerSetting setting;
  setting.language = language;
  setting.compiler = chosen_compiler(language);
  std::vector<std::string> rest;
  if (!take_ours(arguments, setting, rest)) return exit_usage;
  if (setting.compiler.empty()) {
    fail("--with= names no compiler");
    return exit_usage;
  }
  if (std::getenv(nested) != nullptr) {
    fail("the compiler chosen for heddle is heddle itself: set HEDDLE_CXX and HEDDLE_CC to real compilers");
    return exit_usage;
  }
  ::setenv(nested, "1", 1);
  setting.kind = kind_of(setting.compiler);
  setting.runtime_object = runtime_object();
  setting.runner_folder = (prefix() / "lib/heddle").string();
  setting.command = (prefix() / "bin/heddle").string();
  if (std::error_code failed; fs::is_directory(prefix() / "include/heddle", failed)) {
    setting.include_folder = (prefix() / "include").string();
  }
  if (setting.kind == CompilerKind::gcc &&
      (setting.build == BuildKind::check || setting.build == BuildKind::noise)) {
    setting.gcc_plugin = gcc_plugin_for(setting.compiler).path;
  }
  const ScratchFolder scratch;
  setting.scratch_folder = scratch.path();
  const CompilerPlan plan = plan_compiler(setting, rest);
  if (!plan.error.empty()) {
    fail(plan.error);
    return exit_usage;
  }
  if (plan.links && setting.build == BuildKind::check &&
      ::access(setting.runtime_object.c_str(), R_OK) != 0) {
    fail(fmt::format("Heddle's runtime {} is missing: the installation is incomplete",
                     setting.runtime_object));
    return exit_internal;
  }
  if (plan.commands.size() == 1) {
    std::error_code ignored;
    fs::remove_all(scratch.path(), ignored);
    return become(plan.commands[0]);
  }
  for (const auto& command : plan.commands) {
    if (const int code = run_one(command); code != 0) return code;
  }
  return exit_ok;
}

void add_compile(CLI::App& app, Context&) {
  // Only for the help text: run() takes these words before the parser sees them.
  app.add_subcommand("c++", "Compile and link C++ so that it can be checked (heddle c++ --help)");
  app.add_subcommand("cc", "The same for C");
}

}  // namespace heddle::cli
