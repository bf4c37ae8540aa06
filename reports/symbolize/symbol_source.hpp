// Where names of addresses come from. Offsets are the ELF file's own addresses (link-time virtual addresses).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/format/stack.hpp"

namespace heddle::report {

struct DataSymbol {
  std::string name;  // demangled
  std::uint64_t start = 0;
  std::uint64_t size = 0;
};

class SymbolSource {
 public:
  virtual ~SymbolSource() = default;

  // Frames at exactly this address, innermost first, with function, file, line, column and inlined set as far
  // as known. Empty: nothing is known.
  virtual std::vector<format::Frame> code(const std::string& module, std::uint64_t offset) = 0;

  // The variable whose storage contains the address.
  virtual std::optional<DataSymbol> data(const std::string& module, std::uint64_t offset) = 0;
};

// The best source this machine has: llvm-symbolizer ($HEDDLE_SYMBOLIZER names another), else addr2line, else
// the ELF symbol tables alone. `warning` is set when the answer will lack something.
std::unique_ptr<SymbolSource> open_symbol_source(std::string& warning);

// The llvm-symbolizer that would be used, empty if there is none.
std::string find_llvm_symbolizer();

}  // namespace heddle::report
