#include "cli/bundle.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cli/console.hpp"
#include "cli/replay_command.hpp"
#include "cli/report.hpp"
#include "cli/shell.hpp"
#include "reports/terminal/result_report.hpp"

namespace heddle::cli {
namespace {

using format::Finding;
using format::RunResult;

std::string absolute(const std::string& path) {
  std::error_code failed;
  const std::string result = std::filesystem::absolute(path, failed).lexically_normal().string();
  return failed ? path : result;
}

std::string words_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += " " + shell_word(word);
  return text;
}

// For a shell: this command, if there is none in $HEDDLE and none in the path.
std::string find_command() {
  std::error_code failed;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", failed).string();
  return fmt::format("heddle=${{HEDDLE:-heddle}}; command -v \"$heddle\" >/dev/null || heddle={}; ",
                     shell_word(failed ? "heddle" : self));
}

std::string run_script(const SessionOptions& o, const Finding& f) {
  if (!o.in_program.name.empty())
    return fmt::format("#!/bin/sh\n# Shows {} ({}) again.\nexec {}\n", f.rule, f.fingerprint, f.replay);
  return fmt::format(
      "#!/bin/sh\n"
      "# Shows {} ({}) again. Usage: run.sh [PROGRAM]; exits with 1 if the bug is still there.\n"
      "program=${{1:-{}}}\n"
      "{}\n"
      "exec \"$heddle\" replay --token-file=\"$(dirname \"$0\")/token.txt\"{} \"$program\"{}\n",
      f.rule, f.fingerprint, shell_word(absolute(o.program)), find_command(), semantic_options(o.run),
      words_of(o.arguments));
}

std::string environment_text(const RunResult& result) {
  const format::Environment& e = result.environment;
  std::string text =
      fmt::format("tool: {}\nsystem: {}\nstarted: {}\ndirectory: {}\ncommand:{}\nprogram: {}\n", e.tool,
                  e.system, e.started, e.directory, words_of(e.command), result.program);
  for (const auto& [key, value] : result.options) text += fmt::format("option: {}={}\n", key, value);
  text += fmt::format("model: {}\nseed: {}\n", result.exploration.model, result.exploration.seed);
  for (const format::Module& m : result.modules)
    text += fmt::format("module: {} {}\n", m.build_id.empty() ? "(no build id)" : m.build_id, m.path);
  return text;
}

// As the inside of a C++ string literal.
std::string literal(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte >= 0x7f || c == '?') {
      result += fmt::format("\\{:03o}", byte);  // three digits always: what follows cannot join
    } else {
      result += c;
    }
  }
  return result;
}

std::string regression_test(const SessionOptions& o, const Finding& f, const std::string& folder) {
  std::string name = f.name;
  for (char& c : name) c = c == '-' ? '_' : c;
  std::string comment = f.cause;
  for (char& c : comment) c = static_cast<unsigned char>(c) < 0x20 || c == '\\' ? ' ' : c;
  const std::string command = find_command() +
                              "\"$heddle\" replay --token-file=" + shell_word(folder + "/token.txt") +
                              semantic_options(o.run) + " ";
  return fmt::format(
      "// {} {}: {}.\n"
      "// Passes once the schedule of the bug no longer shows it. After a change of the code the schedule "
      "may fit\n"
      "// no longer (exit code 4): then `heddle check` has to search again, and this test says so.\n"
      "// HEDDLE_PROGRAM names another program than the one checked, HEDDLE another command.\n"
      "#include <gtest/gtest.h>\n"
      "#include <sys/wait.h>\n\n"
      "#include <cstdlib>\n"
      "#include <string>\n\n"
      "TEST(HeddleRegression, {}_{}) {{\n"
      "  const char* other = std::getenv(\"HEDDLE_PROGRAM\");\n"
      "  const std::string program = other != nullptr ? other : \"{}\";\n"
      "  const std::string command = std::string(\"{}\") + program + \"{}\";\n"
      "  const int status = std::system(command.c_str());\n"
      "  ASSERT_TRUE(WIFEXITED(status)) << command;\n"
      "  EXPECT_NE(WEXITSTATUS(status), 1) << \"the bug is back\";\n"
      "  EXPECT_NE(WEXITSTATUS(status), 4) << \"the schedule fits no longer: run heddle check\";\n"
      "  EXPECT_EQ(WEXITSTATUS(status), 0) << command;\n"
      "}}\n",
      f.rule, f.title, comment, name, f.fingerprint, literal(shell_word(absolute(o.program))),
      literal(command), literal(words_of(o.arguments)));
}

}  // namespace

bool write_bundles(const std::string& folder, const SessionOptions& o, const RunResult& result,
                   std::string& error) {
  for (const Finding& f : result.findings) {
    const std::string place = absolute(folder) + "/" + f.fingerprint;
    std::error_code failed;
    std::filesystem::create_directories(place, failed);
    if (failed) {
      error = place + ": " + failed.message();
      return false;
    }
    RunResult one = result;
    one.findings = {f};
    one.suppressed.clear();
    const report::Style plain;
    const std::pair<const char*, std::string> files[] = {
        {"token.txt", f.token + "\n"},
        {"result.json", document_in("json", one, "")},
        {"report.txt", report::result_report(one, plain) + report::last_line(one, "result.json") + "\n"},
        {"report.html", document_in("html", one, "")},
        {"environment.txt", environment_text(result)},
        {"regression_test.cpp", regression_test(o, f, place)},
        {"run.sh", run_script(o, f)}};
    for (const auto& [name, text] : files) {
      const std::string path = fmt::format("{}/{}", place, name);
      if (write_file(path, text, error)) continue;
      error.insert(0, path + ": ");
      return false;
    }
    if (::chmod((place + "/run.sh").c_str(), 0755) != 0) {
      error = place + "/run.sh: " + std::strerror(errno);
      return false;
    }
  }
  return true;
}

}  // namespace heddle::cli
