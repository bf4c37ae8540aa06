#include "cli/thread_sanitizer.hpp"

#include "cli/compile.hpp"
#include "cli/read_file.hpp"
#include "reports/symbolize/subprocess.hpp"

namespace heddle::cli {

std::string thread_sanitizer_library() {
  const std::string compiler = report::find_executable(chosen_compiler(Language::cxx).back());
  std::string library;
  for (const char* name : {"libtsan.so", "libclang_rt.tsan-x86_64.a"}) {
    if (compiler.empty()) break;
    report::Subprocess process({compiler, std::string("-print-file-name=") + name});
    std::string found;
    process.read_line(found);
    if (found.starts_with("/")) library = found;
  }
  return library;
}

bool simulates_schedules(const std::string& file) {
  std::string bytes;
  std::string error;
  return read_file(file, bytes, error) && bytes.find("simulate_scheduler") != std::string::npos;
}

}  // namespace heddle::cli
