// heddle doctor: is this machine set up?
#include <fmt/format.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/commands.hpp"
#include "cli/compile.hpp"
#include "cli/console.hpp"
#include "cli/gcc_plugin.hpp"
#include "cli/thread_sanitizer.hpp"
#include "cli/version.hpp"
#include "reports/symbolize/subprocess.hpp"
#include "reports/symbolize/symbol_source.hpp"

namespace heddle::cli {
namespace {

enum class Health : unsigned char { good, poor, broken };

struct Item {
  std::string what;
  Health health;
  std::string found;
  std::string remedy;  // empty if good
};

std::string first_line_of(const std::vector<std::string>& command) {
  report::Subprocess process(command);
  std::string line;
  process.read_line(line);
  return line;
}

std::string number_in(const char* path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  return text;
}

Item compiler(Language language, const char* what) {
  const std::vector<std::string> words = chosen_compiler(language);
  const std::string path = report::find_executable(words.back());
  if (path.empty()) {
    return {what, Health::broken, words.back() + " not found",
            "apt install g++, or set HEDDLE_CXX and HEDDLE_CC"};
  }
  return {what, Health::good, first_line_of({path, "--version"}), ""};
}

Item runtime() {
  const std::string path = runtime_object();
  if (::access(path.c_str(), R_OK) == 0) return {"runtime", Health::good, path, ""};
  return {"runtime", Health::broken, path + " is missing", "install Heddle again, or set HEDDLE_RUNTIME"};
}

// Compilers leave a few accesses out (docs/instrumentation.md); the plugin adds them for gcc.
Item instrumentation() {
  const char* const what = "instrumentation";
  const std::vector<std::string> compiler = chosen_compiler(Language::cxx);
  const GccPlugin plugin = gcc_plugin_for(compiler);
  if (!plugin.path.empty()) {
    std::vector<std::string> command = compiler;
    for (const char* word : {"-x", "c++", "-S", "-o", "-", "/dev/null"}) command.emplace_back(word);
    command.push_back("-fplugin=" + plugin.path);
    if (first_line_of(command).empty()) {
      return {what, Health::broken, "gcc cannot load " + plugin.path, "install or build Heddle again"};
    }
    return {what, Health::good, "complete with gcc: " + plugin.path, ""};
  }
  return {what, Health::poor,
          fmt::format("some accesses are not seen: the plugin for gcc is {}", plugin.missing),
          "apt install gcc-12-plugin-dev, and build Heddle again with this g++"};
}

Item symbolizer() {
  if (const std::string path = report::find_llvm_symbolizer(); !path.empty())
    return {"symbolizer", Health::good, path, ""};
  const std::string other = report::find_executable("addr2line");
  if (other.empty()) {
    return {"symbolizer", Health::broken, "none: reports have no source lines", "apt install llvm"};
  }
  return {"symbolizer", Health::poor, other + " (slower)", "apt install llvm"};
}

Item address_randomisation() {
  const std::string mode = number_in("/proc/sys/kernel/randomize_va_space");
  if (mode == "0") return {"fixed addresses", Health::good, "randomisation is off on this machine", ""};
  const int now = ::personality(0xffffffff);
  const bool allowed = now != -1 && ::personality(static_cast<unsigned>(now) | ADDR_NO_RANDOMIZE) != -1;
  if (now != -1) ::personality(static_cast<unsigned>(now));
  if (allowed) return {"fixed addresses", Health::good, "can be switched off for a program", ""};
  return {"fixed addresses", Health::poor, "personality() is forbidden: findings may not replay",
          "docker run --security-opt seccomp=unconfined, or sysctl kernel.randomize_va_space=0"};
}

// For `heddle stress`. The sanitizers of gcc 12 and clang 14 cannot map their shadow when addresses are
// randomised by more than 28 bits ("unexpected memory mapping"): programs are started without, where allowed.
Item thread_sanitizer() {
  constexpr int bits_max = 28;
  const char* const what = "ThreadSanitizer";
  const std::string library = thread_sanitizer_library();
  if (library.empty()) {
    return {what, Health::poor, "not found: heddle c++ --stress cannot link",
            "apt install libtsan2 (gcc) or libclang-rt-14-dev (clang); or --stress=plain"};
  }
  const std::string bits = number_in("/proc/sys/vm/mmap_rnd_bits");
  const bool wide = !bits.empty() && std::atoi(bits.c_str()) > bits_max;
  if (wide && address_randomisation().health != Health::good) {
    return {what, Health::poor,
            "addresses are randomised by " + bits + " bits: programs stop with \"unexpected memory mapping\"",
            "sysctl vm.mmap_rnd_bits=28, or allow personality()"};
  }
  return {what, Health::good,
          library + (simulates_schedules(library) ? ", simulates schedules: a second oracle of heddle stress"
                                                  : ", without scheduler simulation"),
          ""};
}

Item fuzzer() {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  const std::string path = (folder / "heddle-fuzzer").string();
  if (::access(path.c_str(), X_OK) == 0) return {"libFuzzer", Health::good, path, ""};
  return {"libFuzzer", Health::poor, "not built: heddle fuzz works without coverage",
          "apt install clang libclang-rt-14-dev, and build Heddle again"};
}

Item fast_switches() {
#if defined(__x86_64__)
  constexpr unsigned long fsgsbase = 1UL << 1U;  // HWCAP2_FSGSBASE
  if ((::getauxval(AT_HWCAP2) & fsgsbase) == 0) {
    return {"FSGSBASE", Health::poor, "not available: thread switches are slower",
            "Linux 5.9 or later on a newer processor"};
  }
  return {"FSGSBASE", Health::good, "available", ""};
#else
  return {"thread pointer", Health::good, "writable", ""};
#endif
}

Item tracing() {
  const std::string scope = number_in("/proc/sys/kernel/yama/ptrace_scope");
  if (scope.empty() || scope == "0" || scope == "1")
    return {"debuggers (ptrace)", Health::good, "allowed", ""};
  return {"debuggers (ptrace)", Health::poor, "restricted (ptrace_scope " + scope + ")",
          "sysctl kernel.yama.ptrace_scope=1"};
}

Item core_dumps() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  const std::string size =
      limit.rlim_cur == RLIM_INFINITY ? "unlimited" : fmt::format("{} bytes", limit.rlim_cur);
  return {"core dumps", Health::good, size + "; off for checked programs", ""};
}

Item memory() {
  rlimit limit{};
  ::getrlimit(RLIMIT_AS, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) return {"address space", Health::good, "unlimited", ""};
  return {"address space", Health::poor, fmt::format("limited to {} MiB", limit.rlim_cur >> 20U),
          "ulimit -v unlimited"};
}

Item disk() {
  constexpr std::uint64_t wanted_mib = 100;
  const char* chosen = std::getenv("TMPDIR");
  const std::string folder = chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0 || ::access(folder.c_str(), W_OK) != 0) {
    return {"temporary files", Health::broken, folder + " cannot be written",
            "set TMPDIR to a folder that can"};
  }
  const std::uint64_t mib = (status.f_bavail * status.f_frsize) >> 20U;
  const std::string found = fmt::format("{}, {} MiB free", folder, mib);
  if (mib < wanted_mib) return {"temporary files", Health::poor, found, "free some space, or set TMPDIR"};
  return {"temporary files", Health::good, found, ""};
}

Item system_item() {
  utsname name{};
  ::uname(&name);
  const bool known = std::string_view(name.machine) == "x86_64";
  return {"system", known ? Health::good : Health::poor,
          fmt::format("{} {} {}", name.sysname, name.release, name.machine),
          known ? "" : "Heddle is tested on x86-64 only"};
}

int doctor(const std::string& colour) {
  const report::Style style = style_for(STDOUT_FILENO, colour, false);
  const std::vector<Item> items = {{"heddle", Health::good, version, ""},
                                   system_item(),
                                   compiler(Language::cxx, "C++ compiler"),
                                   compiler(Language::c, "C compiler"),
                                   runtime(),
                                   instrumentation(),
                                   symbolizer(),
                                   address_randomisation(),
                                   thread_sanitizer(),
                                   fuzzer(),
                                   fast_switches(),
                                   tracing(),
                                   core_dumps(),
                                   memory(),
                                   disk()};
  std::string text;
  int broken = 0;
  for (const Item& item : items) {
    static constexpr const char* words[] = {"ok", "warn", "FAIL"};
    static constexpr report::Colour colours[] = {report::Colour::green, report::Colour::yellow,
                                                 report::Colour::red};
    const auto health = static_cast<std::size_t>(item.health);
    text += fmt::format("{}  {:<18}  {}\n", style.paint(colours[health], fmt::format("{:<4}", words[health])),
                        item.what, report::printable(item.found));
    if (!item.remedy.empty()) text += fmt::format("{:<26}{} {}\n", "", style.arrow(), item.remedy);
    broken += item.health == Health::broken ? 1 : 0;
  }
  text += broken == 0 ? "Heddle can work here.\n" : fmt::format("{} to put right.\n", broken);
  std::string error;
  if (!write_all(STDOUT_FILENO, text, error)) {
    fail("cannot write: " + error);
    return exit_internal;
  }
  return broken == 0 ? exit_ok : exit_usage;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Check that this machine is set up, and say how to put it right");
  auto colour = std::make_shared<std::string>("auto");
  command->add_option("--color", *colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command->callback([colour, &context] { context.exit_code = doctor(*colour); });
}

}  // namespace heddle::cli
