// Turns the addresses in a process's records into source frames and the objects' addresses into names.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/format/run.hpp"
#include "reports/symbolize/source_lines.hpp"
#include "reports/symbolize/symbol_source.hpp"
#include "reports/symbolize/variable_types.hpp"

namespace heddle::report {

class Symbolizer {
 public:
  // Both must outlive the symbolizer.
  Symbolizer(SymbolSource& source, SourceLines& lines) : source_(source), lines_(lines) {}

  // Fills the frames of every stack, the entry functions of threads and the names of objects.
  void symbolize(format::RunRecords& records);

 private:
  using Key = std::pair<std::string, std::uint64_t>;

  void finding(format::Finding& finding, const std::vector<format::Module>& modules);
  void stack(format::Stack& stack, const std::vector<format::Module>& modules);
  const std::vector<format::Frame>& frames(const std::string& module, std::uint64_t offset);
  std::optional<DataSymbol> variable(const format::Object& object,
                                     const std::vector<format::Module>& modules);
  void declare(format::Object& object, const std::vector<format::Module>& modules);

  SymbolSource& source_;
  SourceLines& lines_;
  VariableTypes types_;
  std::map<Key, std::vector<format::Frame>> code_;
};

// Whether a frame belongs to the standard library, libc or the start-up code rather than to the user.
bool is_library_frame(const format::Frame& frame);

}  // namespace heddle::report
