// One llvm-symbolizer process for the whole report, asked over a pipe in its JSON output style (LLVM 13 and
// later).
#pragma once

#include <string>

#include "reports/symbolize/subprocess.hpp"
#include "reports/symbolize/symbol_source.hpp"

namespace heddle::report {

class LlvmSymbolizer final : public SymbolSource {
 public:
  explicit LlvmSymbolizer(const std::string& executable) : process_({executable, "--output-style=JSON"}) {}

  std::vector<format::Frame> code(const std::string& module, std::uint64_t offset) override;
  std::optional<DataSymbol> data(const std::string& module, std::uint64_t offset) override;

  bool alive() const { return process_.alive(); }

 private:
  // The answer line, empty if the process is gone or the request cannot be expressed.
  std::string ask(const char* what, const std::string& module, std::uint64_t offset);

  Subprocess process_;
};

}  // namespace heddle::report
