// Sequence diagrams (mermaid.js.org), for Markdown and comments on changes: a participant for each thread, a
// note for each row, an arrow where a read took its value from another thread.
#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

#include "reports/explain/rows.hpp"
#include "reports/export/export.hpp"
#include "reports/format/names.hpp"
#include "reports/format/utf8.hpp"

namespace heddle::report {
namespace {

using format::Finding;

constexpr std::size_t rows_max = 100;  // GitHub gives up on larger diagrams
constexpr std::size_t text_bytes_max = 160;

// Mermaid reads some characters as its own and HTML as HTML: those become entity codes.
std::string label(std::string_view text) {
  std::string result;
  for (const char c : format::valid_utf8(text.substr(0, text_bytes_max))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      result += ' ';
    } else if (std::string_view("#;<>&\"'`{}[]|%\\").find(c) != std::string_view::npos) {
      result += fmt::format("#{};", static_cast<int>(c));
    } else {
      result += c;
    }
  }
  return result;
}

std::string participant(int thread) { return fmt::format("t{}", thread); }

// The step of another thread that a row's first step read from.
const format::Step* source_of(const Finding& f, const Row& row) {
  const format::Step* step = row.first == 0 ? nullptr : f.step(row.first);
  if (step == nullptr || !step->source || *step->source < 1) return nullptr;
  const format::Step* source = f.step(static_cast<std::uint64_t>(*step->source));
  return source == nullptr || source->thread == row.thread ? nullptr : source;
}

std::string diagram(const Finding& f) {
  const std::vector<Row> all = rows(f);
  std::map<int, bool> threads;
  for (const Row& row : all) threads[row.thread] = true;
  std::string text = "```mermaid\nsequenceDiagram\n";
  for (const auto& [thread, present] : threads)
    text +=
        fmt::format("  participant {} as {}\n", participant(thread), label(format::thread_title(f, thread)));
  const std::size_t skipped = all.size() > rows_max ? all.size() - rows_max : 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (skipped > 0 && i == rows_max / 4) {
      text += fmt::format("  Note over {}: {} rows left out\n", participant(all[i].thread), skipped);
      i += skipped;
    }
    const Row& row = all[i];
    if (row.kind == Row::Kind::switched || row.kind == Row::Kind::call) continue;
    std::string what = label(row.text);
    if (row.times > 1) what += fmt::format(" ×{}", row.times);
    if (const std::string& place = row.where; !place.empty()) what += "<br/>" + label(place);
    if (row.marked) text += "  rect rgb(255, 225, 225)\n";
    if (const format::Step* source = source_of(f, row); source != nullptr) {
      text += fmt::format("  {}-->>{}: {}\n", participant(source->thread), participant(row.thread), what);
    } else {
      text += fmt::format("  Note over {}: {}\n", participant(row.thread), what);
    }
    if (row.marked) text += "  end\n";
  }
  return text + "```\n";
}

// Text between diagrams is Markdown: what could be markup is written as a character reference.
std::string markdown(std::string_view text) {
  std::string result;
  for (const char c : format::valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      result += ' ';
    } else if (std::string_view("\\`*_{}[]<>#+!|~&@").find(c) != std::string_view::npos) {
      result += fmt::format("&#{};", static_cast<int>(c));
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string to_mermaid(const format::RunResult& result, const ExportOptions&) {
  std::string text;
  for (const Finding& f : result.findings) {
    text += fmt::format("### {} {}\n\n{}\n\n", markdown(f.rule), markdown(f.title), markdown(f.cause));
    text += diagram(f) + "\n";
  }
  return text.empty() ? markdown(result.guarantee) + "\n" : text;
}

}  // namespace heddle::report
