// Workflow commands that GitHub turns into annotations beside the lines: `::error
// file=…,line=…,title=…::text`.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "reports/explain/rule_text.hpp"
#include "reports/export/export.hpp"
#include "reports/export/location.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::report {
namespace {

// What ends a line or a property must not.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : format::valid_utf8(text)) {
    if (c == '%' || c == '\r' || c == '\n') {
      result += fmt::format("%{:02X}", static_cast<int>(c));
    } else {
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

std::string property(std::string_view text) {
  std::string result;
  for (const char c : escaped(text)) {
    if (c == ':' || c == ',') {
      result += fmt::format("%{:02X}", static_cast<int>(c));
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string to_github(const format::RunResult& result, const ExportOptions& options) {
  const SourceRoot root(result, options);
  std::string text;
  for (const format::Finding& f : result.findings) {
    text += is_warning(f.rule) ? "::warning " : "::error ";
    if (const format::Frame* frame = primary_frame(f); frame != nullptr) {
      text += fmt::format("file={},line={},", property(root.relative(frame->file)), frame->line);
      if (frame->column > 0) text += fmt::format("col={},", frame->column);
    }
    std::string message = f.cause.empty() ? f.message : f.cause;
    if (!f.replay.empty()) message += "\nReplay: " + f.replay;
    text += fmt::format("title={}::{}\n", property(f.rule + " " + f.title), escaped(message));
  }
  if (!result.error.empty()) text += "::error title=heddle::" + escaped(result.error) + "\n";
  for (const std::string& problem : result.problems)
    text += "::warning title=heddle::" + escaped(problem) + "\n";
  return text;
}

}  // namespace heddle::report
