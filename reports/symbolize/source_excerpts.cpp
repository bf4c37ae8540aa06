#include "reports/symbolize/source_excerpts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace heddle::report {
namespace {

using format::Finding;
using format::Frame;
using format::SourceExcerpt;
using format::Stack;

constexpr int lines_around = 12;
constexpr std::size_t line_bytes_max = 400;  // longer lines are generated code
constexpr int line_number_max = 10'000'000;  // debug information may say anything

using Wanted = std::map<std::string, std::set<int>>;  // lines by file

void want(Wanted& wanted, const Stack& stack) {
  for (const Frame& frame : stack.frames) {
    if (!frame.library && frame.line > 0 && frame.line < line_number_max)
      wanted[frame.file].insert(frame.line);
  }
}

void want(Wanted& wanted, const Finding& f) {
  for (const format::Thread& t : f.threads) want(wanted, t.created_at);
  for (const format::Object& o : f.objects) want(wanted, o.allocated_at);
  for (const format::Access& a : f.accesses) want(wanted, a.stack);
  for (const format::Blocked& b : f.blocked) want(wanted, b.stack);
  for (const format::Held& h : f.held) want(wanted, h.stack);
  for (const format::Step& s : f.steps) want(wanted, s.stack);
  for (const format::Fix& fix : f.fixes) {
    for (const format::OrderChange& change : fix.orders) want(wanted, change.stack);
  }
  for (const Finding& passing : f.passing) want(wanted, passing);
}

// Not in the middle of a UTF-8 character.
std::string shortened(std::string_view line) {
  if (line.size() <= line_bytes_max) return std::string(line);
  std::size_t end = line_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return std::string(line.substr(0, end)) + "…";
}

void add_line(std::vector<SourceExcerpt>& into, const std::string& file, int number, std::string_view text) {
  const bool continues = !into.empty() && into.back().file == file &&
                         into.back().first + static_cast<int>(into.back().lines.size()) == number;
  if (!continues) into.push_back({file, number, {}});
  into.back().lines.push_back(shortened(text));
}

}  // namespace

void capture_sources(format::RunResult& result, SourceLines& lines) {
  Wanted wanted;
  for (const Finding& f : result.findings) want(wanted, f);
  for (const format::Divergence& d : result.divergences) {
    want(wanted, d.stack);
    want(wanted, d.expected_stack);
  }
  for (const format::Unsupported& u : result.unsupported) want(wanted, u.stack);
  for (const format::Warning& w : result.warnings) want(wanted, w.stack);
  result.sources.clear();
  for (const auto& [file, numbers] : wanted) {
    int next = 1;
    for (const int number : numbers) {
      for (next = std::max(next, number - lines_around); next <= number + lines_around; ++next) {
        if (const auto text = lines.whole_line(file, next); text) add_line(result.sources, file, next, *text);
      }
    }
  }
}

}  // namespace heddle::report
