// The fallback without llvm-symbolizer: functions and variables from the ELF symbol tables, lines from
// binutils' addr2line if that is installed. Slower (one process an address) and without columns.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "reports/symbolize/elf_file.hpp"
#include "reports/symbolize/symbol_source.hpp"

namespace heddle::report {

class Addr2line final : public SymbolSource {
 public:
  // `executable` may be empty: then only the symbol tables are used.
  explicit Addr2line(std::string executable) : executable_(std::move(executable)) {}

  std::vector<format::Frame> code(const std::string& module, std::uint64_t offset) override;
  std::optional<DataSymbol> data(const std::string& module, std::uint64_t offset) override;

 private:
  const ElfFile& file(const std::string& module);

  std::string executable_;
  std::map<std::string, std::unique_ptr<ElfFile>> files_;
};

}  // namespace heddle::report
