#include "cli/sanitizer_environment.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace heddle::cli {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Options are separated by colons or white space.
bool mentions(const std::string& options, const std::string& key) {
  for (std::size_t at = options.find(key + "="); at != std::string::npos;
       at = options.find(key + "=", at + 1)) {
    if (at == 0 || options[at - 1] == ':' || options[at - 1] == ' ') return true;
  }
  return false;
}

// Every frame with its module's path and the offset in it, which is what we read.
constexpr const char* frame_format = "'    #%n %f %S (%m+%o)'";

}  // namespace

std::string with_defaults(const std::string& given, const Pairs& ours) {
  std::string result = given;
  for (const auto& [key, value] : ours) {
    if (!mentions(given, key)) result += fmt::format("{}{}={}", result.empty() ? "" : ":", key, value);
  }
  return result;
}

Pairs sanitizer_environment(const std::string& log, bool simulates) {
  const Pairs common = {{"log_path", log}, {"stack_trace_format", frame_format}};
  Pairs tsan = common;
  tsan.insert(tsan.end(), {{"halt_on_error", "0"},
                           {"exitcode", "66"},
                           {"second_deadlock_stack", "1"},
                           {"history_size", "4"},
                           {"atexit_sleep_ms", "0"}});
  if (simulates) tsan.emplace_back("simulate_scheduler", "random");
  Pairs asan = common;
  asan.insert(asan.end(), {{"detect_stack_use_after_return", "1"}, {"exitcode", "66"}});
  Pairs ubsan = common;
  ubsan.emplace_back("print_stacktrace", "1");
  Pairs result;
  for (const auto& [name, ours] : {std::pair("TSAN_OPTIONS", tsan), std::pair("ASAN_OPTIONS", asan),
                                   std::pair("UBSAN_OPTIONS", ubsan), std::pair("LSAN_OPTIONS", common)}) {
    const char* const given = std::getenv(name);
    result.emplace_back(name, with_defaults(given != nullptr ? given : "", ours));
  }
  return result;
}

}  // namespace heddle::cli
