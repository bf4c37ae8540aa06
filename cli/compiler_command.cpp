#include "cli/compiler_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "cli/compiler_arguments.hpp"

namespace heddle::cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view sanitize = "-fsanitize=";

// "-fsanitize=thread,undefined" -> {"thread", "undefined"}
Words sanitizers_of(const std::string& word) {
  Words result;
  std::istringstream list(word.substr(sanitize.size()));
  for (std::string one; std::getline(list, one, ',');) result.push_back(one);
  return result;
}

std::string why_refused(const CompilerArguments& arguments) {
  constexpr std::array<std::string_view, 8> incompatible = {"address",   "leak",           "memory",
                                                            "hwaddress", "kernel-address", "kernel-hwaddress",
                                                            "dataflow",  "safe-stack"};
  for (std::size_t i = 0; i < arguments.words.size(); ++i) {
    const std::string& word = arguments.words[i];
    if (arguments.roles[i] != ArgumentRole::option) continue;
    if (word.starts_with(sanitize)) {
      for (const std::string& name : sanitizers_of(word)) {
        if (std::ranges::find(incompatible, name) == incompatible.end()) continue;
        return fmt::format(
            "-fsanitize={} cannot be combined with Heddle, which finds memory errors of checked "
            "executions itself: use a build of its own for it",
            name);
      }
    }
    if (word == "-static" || word == "-static-pie") {
      return word +
             " is not supported: Heddle needs the dynamic libc (-static-libstdc++ and -static-libgcc are "
             "fine)";
    }
  }
  return "";
}

Words compile_flags(const CompilerSetting& setting, const CompilerArguments& arguments) {
  Words flags = {"-fsanitize=thread",       "-g",
                 "-fno-omit-frame-pointer", "-fno-builtin-memcpy",
                 "-fno-builtin-memset",     "-fno-builtin-memmove"};
  if (setting.kind == CompilerKind::gcc) {
    // Fences are checked; gcc warns at each that ThreadSanitizer does not. What it makes of these functions
    // itself is not instrumented. The hooks of atomic operations are leaves to it, which it takes not to
    // change static variables whose address is nowhere taken: with ipa-reference it keeps those in registers
    // across.
    flags.insert(flags.end(), {"--param", "tsan-distinguish-volatile=1", "-Wno-tsan", "-fno-ipa-reference",
                               "-fno-optimize-strlen", "--param", "builtin-string-cmp-inline-length=0",
                               "-fno-builtin-strcpy", "-fno-builtin-stpcpy", "-fno-builtin-strncpy",
                               "-fno-builtin-strcat", "-fno-builtin-mempcpy", "-fno-builtin-bzero"});
    if (!setting.gcc_plugin.empty()) flags.push_back("-fplugin=" + setting.gcc_plugin);
  } else {
    flags.insert(flags.end(), {"-mllvm", "-tsan-distinguish-volatile=1"});
  }
#if defined(__x86_64__)
  flags.emplace_back("-mcx16");
#endif
  if (!arguments.has_level) flags.emplace_back("-O1");
  if (!setting.command.empty()) flags.push_back("-DHEDDLE_COMMAND=\"" + setting.command + "\"");
  if (!setting.include_folder.empty()) flags.insert(flags.end(), {"-isystem", setting.include_folder});
  return flags;
}

// Against what the user's options may say. Checking variants of memcpy and the like are functions of libc,
// which access memory unseen; and gcc instruments when it generates code, which would be when the program is
// linked, without -fsanitize=thread.
const Words last_flags = {"-U_FORTIFY_SOURCE", "-fno-lto"};

// Without what would bring in libtsan; empty if nothing of the word is left.
std::string for_linking(const std::string& word) {
  if (word == "-static-libtsan") return "";
  if (!word.starts_with(sanitize)) return word;
  std::string rest;
  for (const std::string& name : sanitizers_of(word)) {
    if (name != "thread") rest += (rest.empty() ? "" : ",") + name;
  }
  return rest.empty() ? "" : std::string(sanitize) + rest;
}

void append(Words& to, const Words& more) { to.insert(to.end(), more.begin(), more.end()); }

Words link_flags(const CompilerSetting& setting) {
  if (setting.build == BuildKind::noise) {
    const std::string& folder = setting.runner_folder;
    return {folder + "/heddle_stress.o", folder + "/heddle_stress_noise.o", "-pthread", "-ldl"};
  }
  // -u: the runtime is what refers to `main`, and comes too late to find it in an archive (-lgtest_main).
  Words flags = {setting.runtime_object, "-Wl,--wrap=main", "-Wl,-u,main", "-pthread", "-ldl"};
  // main, for programs that have LLVMFuzzerTestOneInput instead.
  if (!setting.runner_folder.empty()) flags.push_back(setting.runner_folder + "/libheddle_fuzz_main.a");
  if (setting.language == Language::c) flags.emplace_back("-lstdc++");
  return flags;
}

// Native builds link the sanitizer the compiler would link: one command, with ours around the user's words.
CompilerPlan plan_native(const CompilerSetting& setting, const CompilerArguments& arguments) {
  CompilerPlan plan;
  Words command = setting.compiler;
  append(command, {"-g", "-fno-omit-frame-pointer"});
  if (setting.build == BuildKind::tsan) command.emplace_back("-fsanitize=thread");
  if (setting.build == BuildKind::asan)
    append(command, {"-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"});
  if (!arguments.has_level) command.emplace_back("-O1");
  if (!setting.include_folder.empty()) append(command, {"-isystem", setting.include_folder});
  append(command, arguments.words);
  plan.links = !arguments.compile_only && !arguments.shared;
  if (plan.links) {
    const std::string& folder = setting.runner_folder;
    append(command, {"-x", "none", folder + "/heddle_stress.o"});
    if (setting.build == BuildKind::tsan)
      append(command, {folder + "/heddle_stress_tsan.o", "@" + folder + "/heddle_stress_tsan.options"});
    append(command, {"-pthread", "-ldl"});
  }
  plan.commands = {command};
  return plan;
}

// One object for each source, then a link of these objects.
class Splitter {
 public:
  Splitter(const CompilerSetting& setting, const CompilerArguments& arguments)
      : setting_(setting), arguments_(arguments) {}

  CompilerPlan plan() {
    CompilerPlan result;
    result.links = true;
    Words link = setting_.compiler;
    std::string language;  // of -x, for the sources after it
    for (std::size_t i = 0; i < arguments_.words.size(); ++i) {
      const std::string& word = arguments_.words[i];
      if (const std::size_t used = language_option(i, language); used > 0) {
        i += used - 1;
      } else if (arguments_.roles[i] == ArgumentRole::source) {
        const std::string object = fmt::format("{}/{}.o", setting_.scratch_folder, result.commands.size());
        result.commands.push_back(compile(i, object, language));
        result.uses_scratch = true;
        link.push_back(object);
      } else if (dependency_option(i)) {
        if (word == "-MF" || word == "-MT" || word == "-MQ") ++i;
      } else if (std::string kept = arguments_.roles[i] == ArgumentRole::option ? for_linking(word) : word;
                 !kept.empty()) {
        link.push_back(std::move(kept));
      }
    }
    if (!arguments_.shared) append(link, link_flags(setting_));
    result.links = !arguments_.shared;
    result.commands.push_back(std::move(link));
    return result;
  }

 private:
  // Number of words of a -x option at `i`, whose language is taken; 0 if there is none.
  std::size_t language_option(std::size_t i, std::string& language) const {
    const std::string& word = arguments_.words[i];
    if (arguments_.roles[i] != ArgumentRole::option || !word.starts_with("-x")) return 0;
    const bool separate = word == "-x" && i + 1 < arguments_.words.size();
    language = separate ? arguments_.words[i + 1] : word.substr(2);
    return separate ? 2 : 1;
  }

  bool dependency_option(std::size_t i) const {
    const std::string& word = arguments_.words[i];
    return arguments_.roles[i] == ArgumentRole::option &&
           (word.starts_with("-MF") || word.starts_with("-MT") || word.starts_with("-MQ") || word == "-MD" ||
            word == "-MMD" || word == "-MP" || word == "-MG");
  }

  Words compile(std::size_t source, const std::string& object, const std::string& language) const {
    Words command = setting_.compiler;
    append(command, compile_flags(setting_, arguments_));
    for (std::size_t i = 0; i < arguments_.words.size(); ++i) {
      const std::string& word = arguments_.words[i];
      std::string ignored;
      if (const std::size_t used = language_option(i, ignored); used > 0) {
        i += used - 1;
      } else if (link_only(i)) {
        if (arguments_.roles[i] == ArgumentRole::option && takes_value(i)) ++i;
      } else if (arguments_.roles[i] != ArgumentRole::source &&
                 arguments_.roles[i] != ArgumentRole::linkable) {
        command.push_back(word);
      }
    }
    if (!language.empty() && language != "none") append(command, {"-x", language});
    append(command, {"-c", arguments_.words[source], "-o", object});
    append(command, last_flags);
    return command;
  }

  bool takes_value(std::size_t i) const {
    return i + 1 < arguments_.roles.size() && arguments_.roles[i + 1] == ArgumentRole::option_value;
  }

  // Options that mean nothing, or something else, when only compiling.
  bool link_only(std::size_t i) const {
    if (arguments_.roles[i] != ArgumentRole::option) return false;
    const std::string& word = arguments_.words[i];
    return word.starts_with("-o") || word.starts_with("-Wl,") || word.starts_with("-l") ||
           word.starts_with("-L") || word == "-Xlinker" || word == "-T" || word == "-u" || word == "-z" ||
           word == "-e" || word == "-shared" || word == "-r" || word == "-rdynamic" || word == "-s" ||
           word.starts_with("-static-lib") || word.starts_with("-fuse-ld");
  }

  const CompilerSetting& setting_;
  const CompilerArguments& arguments_;
};

}  // namespace

CompilerPlan plan_compiler(const CompilerSetting& setting, const std::vector<std::string>& words) {
  const CompilerArguments arguments = read_compiler_arguments(words);
  CompilerPlan plan;
  // Instrumented, and not linked with libtsan.
  const bool ours = setting.build == BuildKind::check || setting.build == BuildKind::noise;
  if (ours) plan.error = why_refused(arguments);
  if (!plan.error.empty()) return plan;
  if (arguments.has_input && !ours) return plan_native(setting, arguments);
  if (!arguments.has_input) {  // --version, -print-search-dirs and the like
    plan.commands = {setting.compiler};
    append(plan.commands[0], words);
  } else if (arguments.compile_only) {
    plan.commands = {setting.compiler};
    append(plan.commands[0], compile_flags(setting, arguments));
    append(plan.commands[0], arguments.words);
    append(plan.commands[0], last_flags);
  } else {
    plan = Splitter(setting, arguments).plan();
  }
  return plan;
}

}  // namespace heddle::cli
