#include "reports/symbolize/symbol_source.hpp"

#include <cstdlib>

#include "reports/symbolize/addr2line.hpp"
#include "reports/symbolize/llvm_symbolizer.hpp"

namespace heddle::report {

std::string find_llvm_symbolizer() {
  if (const char* chosen = std::getenv("HEDDLE_SYMBOLIZER"); chosen != nullptr)
    return find_executable(chosen);
  for (const char* name :
       {"llvm-symbolizer", "llvm-symbolizer-19", "llvm-symbolizer-18", "llvm-symbolizer-17",
        "llvm-symbolizer-16", "llvm-symbolizer-15", "llvm-symbolizer-14"}) {
    if (std::string found = find_executable(name); !found.empty()) return found;
  }
  return "";
}

std::unique_ptr<SymbolSource> open_symbol_source(std::string& warning) {
  if (const std::string executable = find_llvm_symbolizer(); !executable.empty()) {
    auto source = std::make_unique<LlvmSymbolizer>(executable);
    if (source->alive()) return source;
  }
  const std::string addr2line = find_executable("addr2line");
  warning =
      addr2line.empty()
          ? "neither llvm-symbolizer nor addr2line was found: reports have no source lines (apt install llvm)"
          : "llvm-symbolizer was not found: addr2line is used, which is slower (apt install llvm)";
  return std::make_unique<Addr2line>(addr2line);
}

}  // namespace heddle::report
