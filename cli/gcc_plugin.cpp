#include "cli/gcc_plugin.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "reports/symbolize/subprocess.hpp"

namespace heddle::cli {
namespace {

// "g++ (Debian 12.2.0-14) 12.2.0" without the name, which differs between C and C++.
std::string version_of(const std::vector<std::string>& compiler) {
  report::Subprocess process({compiler.back(), "--version"});
  std::string line;
  process.read_line(line);
  const std::size_t space = line.find(' ');
  return space == std::string::npos ? "" : line.substr(space + 1);
}

}  // namespace

GccPlugin gcc_plugin_for(const std::vector<std::string>& compiler) {
  std::error_code failed;
  const std::filesystem::path bin = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  const std::string base = (bin.parent_path() / "lib/heddle/heddle_gcc_plugin").string();
  std::string built_for;
  std::ifstream file(base + ".version");
  if (!std::getline(file, built_for) || ::access((base + ".so").c_str(), R_OK) != 0) {
    return {"", "not built"};
  }
  if (const std::string version = version_of(compiler); version != built_for) {
    return {"", fmt::format("built for gcc {}, and this is {}", built_for,
                            version.empty() ? "another compiler" : version)};
  }
  return {base + ".so", ""};
}

}  // namespace heddle::cli
