// One line a run (RFC 4180), for spreadsheets and trends.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "reports/export/export.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::report {
namespace {

// Spreadsheets take cells that begin with these for formulas; terminals obey control characters.
std::string cell(std::string_view text) {
  std::string value = format::valid_utf8(text);
  std::erase_if(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
  });
  if (!value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos)
    value.insert(0, "'");
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  for (std::size_t at = 0; (at = value.find('"', at)) != std::string::npos; at += 2) value.insert(at, "\"");
  return "\"" + value + "\"";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string to_csv(const format::RunResult& result, const ExportOptions&) {
  std::string text =
      "source,program,arguments,started,verdict,mode,strategy,model,seed,reason,processes,executions,"
      "complete,"
      "blocked,cut,operations,cpu_seconds,elapsed_seconds,findings,fingerprints,error\r\n";
  for (const format::RunSummary& run : format::runs_of(result)) {
    const format::Exploration& e = run.exploration;
    text += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{:.3f},{:.3f},{},{},{}\r\n", cell(run.source),
        cell(run.program), cell(joined(run.arguments)), cell(run.environment.started),
        format::word(run.verdict), cell(e.mode), cell(e.strategy), cell(e.model), cell(e.seed),
        cell(e.reason), e.processes, e.executions, e.complete, e.blocked, e.cut, e.operations, e.cpu_seconds,
        e.elapsed_seconds, run.fingerprints.size(), cell(joined(run.fingerprints)), cell(run.error));
  }
  return text;
}

}  // namespace heddle::report
