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

// Options that change what an execution does, not how executions are searched.
std::string semantic_options(const RunOptions& run) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> flags = {{
      {"model", "--model="},
      {"max_events", "--max-events="},
      {"max_threads", "--max-threads="},
      {"isolation", "--isolation="},
      {"races", "--races="},
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

std::string token_argument(const format::Finding& finding) {
  if (finding.token.size() <= copied_bytes_max) return "--token=" + shell_word(finding.token);
  const std::string path = "heddle-replay/" + finding.fingerprint + ".tok";
  std::error_code failed;
  std::string error;
  std::filesystem::create_directories("heddle-replay", failed);
  if (write_file(path, finding.token + "\n", error)) return "--token-file=" + path;
  return "--token=" + shell_word(finding.token);
}

}  // namespace

std::string replay_command(const SessionOptions& options, const format::Finding& finding) {
  if (finding.token.empty()) return "";
  std::string text = "heddle replay " + token_argument(finding) + semantic_options(options.run) + " " +
                     shell_word(options.program);
  for (const std::string& argument : options.arguments) text += " " + shell_word(argument);
  return text;
}

}  // namespace heddle::cli
