#include "cli/environment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "cli/version.hpp"

namespace heddle::cli {
namespace {

std::vector<std::string> words_of_this_process() {
  std::vector<std::string> words;
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  return words;
}

std::string system() {
  utsname name{};
  if (::uname(&name) != 0) return "";
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

}  // namespace

format::Environment this_environment() {
  std::error_code failed;
  return {std::string("heddle ") + version, system(),
          fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))),
          std::filesystem::current_path(failed).string(), words_of_this_process()};
}

}  // namespace heddle::cli
