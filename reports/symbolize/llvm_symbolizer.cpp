#include "reports/symbolize/llvm_symbolizer.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "reports/format/json_members.hpp"

namespace heddle::report {

using format::members::Json;
namespace members = format::members;

std::string LlvmSymbolizer::ask(const char* what, const std::string& module, std::uint64_t offset) {
  if (module.find_first_of("\"\n") != std::string::npos) return "";  // its input has no escape for these
  std::error_code failed;  // records may name anything, and it would read a pipe or a device for ever
  if (!std::filesystem::is_regular_file(module, failed)) return "";
  std::string answer;
  if (!process_.send(fmt::format("{} \"{}\" {:#x}\n", what, module, offset)) || !process_.read_line(answer))
    return "";
  return answer;
}

std::vector<format::Frame> LlvmSymbolizer::code(const std::string& module, std::uint64_t offset) {
  std::vector<format::Frame> result;
  const Json answer = Json::parse(ask("CODE", module, offset), nullptr, false);
  const Json& symbols = members::list(answer, "Symbol");
  for (const Json& symbol : symbols) {
    format::Frame frame;
    frame.function = members::text(symbol, "FunctionName");
    frame.file = members::text(symbol, "FileName");
    frame.line = members::integer(symbol, "Line");
    frame.column = members::integer(symbol, "Column");
    frame.inlined = result.size() + 1 < symbols.size();
    result.push_back(frame);
  }
  return result;
}

std::optional<DataSymbol> LlvmSymbolizer::data(const std::string& module, std::uint64_t offset) {
  const Json answer = Json::parse(ask("DATA", module, offset), nullptr, false);
  const Json& symbol = members::member(answer, "Data");
  DataSymbol result{members::text(symbol, "Name"), members::natural(symbol, "Start"),
                    members::natural(symbol, "Size")};
  // It answers with the nearest symbol below, however far.
  if (result.name.empty() || offset < result.start || offset - result.start >= result.size)
    return std::nullopt;
  return result;
}

}  // namespace heddle::report
