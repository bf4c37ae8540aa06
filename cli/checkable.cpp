#include "cli/checkable.hpp"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "cli/compile.hpp"
#include "cli/console.hpp"
#include "reports/symbolize/elf_file.hpp"
#include "reports/symbolize/subprocess.hpp"

namespace heddle::cli {
namespace {

constexpr const char* how_to_build =
    "build it with `heddle c++ FILE.cpp -o PROGRAM` (or CXX=heddle-c++ and CC=heddle-cc for a whole project)";

#if defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#else
constexpr std::uint16_t this_machine = EM_X86_64;
#endif

bool is_script(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

// In the runtime's read-only data; still there when the symbols were stripped.
constexpr std::string_view runtime_mark = "heddle run protocol ";

std::string why_without_runtime(const report::ElfFile& file) {
  const auto needed = file.needed();
  const bool tsan =
      file.defines_symbol("__tsan_init") || std::ranges::any_of(needed, [](const std::string& so) {
        return so.starts_with("libtsan") || so.starts_with("libclang_rt.tsan");
      });
  const bool asan =
      file.defines_symbol("__asan_init") || std::ranges::any_of(needed, [](const std::string& so) {
        return so.starts_with("libasan") || so.starts_with("libclang_rt.asan");
      });
  if (tsan) {
    return "is linked with ThreadSanitizer's runtime, not Heddle's: keep its objects, and link them with "
           "heddle c++ "
           "(without -fsanitize=thread)";
  }
  if (asan) return std::string("is built for AddressSanitizer, not for Heddle: ") + how_to_build;
  return std::string("was not built with Heddle: ") + how_to_build;
}

}  // namespace

std::string resolve_program(const std::string& name) {
  if (name.find('/') != std::string::npos || ::access(name.c_str(), F_OK) == 0) {
    return name.find('/') == std::string::npos ? "./" + name : name;
  }
  const std::string found = report::find_executable(name);
  return found.empty() ? name : found;
}

std::string why_not_checkable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? "does not exist" : std::string("cannot be read: ") + std::strerror(errno);
  }
  if (S_ISDIR(status.st_mode)) return "is a directory";
  if (::access(path.c_str(), R_OK) != 0) return std::string("cannot be read: ") + std::strerror(errno);
  if (is_script(path)) return "is a script: name the compiled program it starts";
  const report::ElfFile file(path);
  if (!file.error().empty()) return file.error();
  if (file.machine() != this_machine) return "is built for another kind of machine";
  if (!file.executable_or_shared()) return "is not linked yet (an object file): link it with heddle c++";
  if (::access(path.c_str(), X_OK) != 0) return std::string("is not executable: chmod +x ") + path;
  if (file.has_symbol("heddle_runtime_present") || file.contains(runtime_mark)) return "";
  return why_without_runtime(file);
}

void warn_of_other_runtime(const std::string& program) {
  const report::ElfFile ours(runtime_object());
  const report::ElfFile theirs(program);
  if (!ours.error().empty() || ours.runtime_build().empty() || !theirs.error().empty()) return;
  if (theirs.runtime_build() == ours.runtime_build()) return;
  warn(program + " is linked with another build of Heddle's runtime than this command's (" +
       runtime_object() + "): link it again, or use the command it was built with");
}

}  // namespace heddle::cli
