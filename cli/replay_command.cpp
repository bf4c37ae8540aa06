#include "cli/replay_command.hpp"

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/console.hpp"
#include "cli/shell.hpp"

namespace heddle::cli {
namespace {

constexpr std::size_t copied_bytes_max = 200;

// The file a token too long to be copied was written to; empty if it is short enough, or cannot be written.
std::string token_file(const format::Finding& finding) {
  if (finding.token.size() <= copied_bytes_max) return "";
  std::string path = "heddle-replay/" + finding.fingerprint + ".tok";
  std::error_code failed;
  std::string error;
  std::filesystem::create_directories("heddle-replay", failed);
  return write_file(path, finding.token + "\n", error) ? path : "";
}

std::string token_argument(const format::Finding& finding) {
  const std::string path = token_file(finding);
  return path.empty() ? "--token=" + shell_word(finding.token) : "--token-file=" + path;
}

// "--gtest_filter=A.B" takes the place of any other "--gtest_filter="; Heddle's own arguments are given anew.
bool is_replaced(const std::string& argument, const std::string& selects) {
  if (argument.starts_with("--heddle_replay=") || argument.starts_with("--heddle_check=")) return true;
  const std::size_t equals = selects.find('=');
  return equals != std::string::npos && argument.starts_with(selects.substr(0, equals + 1));
}

std::string replay_in_program(const SessionOptions& options, const format::Finding& finding) {
  const CheckInProgram& check = options.in_program;
  std::string text = shell_word(options.program);
  for (const std::string& argument : options.arguments) {
    if (!is_replaced(argument, check.selects)) text += " " + shell_word(argument);
  }
  if (!check.selects.empty()) text += " " + shell_word(check.selects);
  const std::string path = token_file(finding);
  return text + " " + shell_word("--heddle_check=" + check.name) + " " +
         shell_word("--heddle_replay=" + (path.empty() ? finding.token : path));
}

}  // namespace

std::string semantic_options(const RunOptions& run) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> flags = {{
      {"model", "--model="},
      {"max_events", "--max-events="},
      {"max_memory", "--max-memory="},
      {"max_threads", "--max-threads="},
      {"isolation", "--isolation="},
      {"races", "--races="},
      {"uninitialized", "--uninitialized="},
      {"order_at", "--order-at="},
      {"leaks", "--leaks"},
      {"spurious", "--spurious"},
  }};
  std::string text;
  for (const auto& [key, value] : run.changed()) {
    if (key == "plain_points") text += " --plain-points";
    for (const auto& [name, flag] : flags) {
      if (key == name) text += " " + std::string(flag) + (flag.ends_with('=') ? value : "");
    }
  }
  return text;
}

std::string replay_command(const SessionOptions& options, const format::Finding& finding) {
  if (finding.token.empty()) return "";
  if (!options.in_program.name.empty()) return replay_in_program(options, finding);
  std::string text = "heddle replay " + token_argument(finding) + semantic_options(options.run) + " " +
                     shell_word(options.program);
  for (const std::string& argument : options.arguments) text += " " + shell_word(argument);
  return text;
}

}  // namespace heddle::cli
