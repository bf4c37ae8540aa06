#include "reports/symbolize/addr2line.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "reports/symbolize/subprocess.hpp"

namespace heddle::report {
namespace {

// "path/file.cpp:12 (discriminator 3)", "??:0" or "??:?".
void read_place(const std::string& text, format::Frame& frame) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || text.starts_with("??")) return;
  frame.line = std::atoi(text.c_str() + colon + 1);
  if (frame.line > 0) frame.file = text.substr(0, colon);
}

}  // namespace

std::vector<format::Frame> Addr2line::code(const std::string& module, std::uint64_t offset) {
  std::vector<format::Frame> result;
  if (!executable_.empty() && file(module).error().empty()) {
    Subprocess process({executable_, "-i", "-f", "-C", "-e", module, fmt::format("{:#x}", offset)});
    for (std::string function, place; process.read_line(function) && process.read_line(place);) {
      format::Frame frame;
      if (function != "??") frame.function = function;
      read_place(place, frame);
      if (!result.empty()) result.back().inlined = true;
      result.push_back(frame);
    }
  }
  if (result.empty() || result.back().function.empty()) {
    if (const ElfFile::Symbol* symbol = file(module).containing(offset, true)) {
      if (result.empty()) result.emplace_back();
      result.back().function = demangle(symbol->name);
    }
  }
  return result;
}

std::optional<DataSymbol> Addr2line::data(const std::string& module, std::uint64_t offset) {
  const ElfFile::Symbol* symbol = file(module).containing(offset, false);
  if (symbol == nullptr) return std::nullopt;
  return DataSymbol{demangle(symbol->name), symbol->value, symbol->size};
}

const ElfFile& Addr2line::file(const std::string& module) {
  auto& slot = files_[module];
  if (!slot) slot = std::make_unique<ElfFile>(module);
  return *slot;
}

}  // namespace heddle::report
