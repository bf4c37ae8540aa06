#include "reports/terminal/interleaving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "reports/explain/rows.hpp"
#include "reports/format/names.hpp"

namespace heddle::report {
namespace {

using format::Finding;

constexpr int column_min = 8;
constexpr int readable_min = 22;
constexpr int where_max = 28;
constexpr std::array<Colour, 5> thread_colours = {Colour::cyan, Colour::yellow, Colour::magenta,
                                                  Colour::green, Colour::blue};

constexpr std::size_t lines_max = 60;
constexpr std::size_t lines_kept_first = 15;

// A row as text; or the note that some were left out.
struct Line {
  Row::Kind kind = Row::Kind::step;
  int thread = 0;
  std::string number;
  std::string lead;  // before the first line of the text; the others are indented by as much
  std::string text;
  std::string where;
  bool marked = false;
  bool elided = false;
};

std::vector<Line> lines_of(const Finding& finding, const Style& style) {
  std::vector<Line> lines;
  for (const Row& row : rows(finding)) {
    std::string text = spelt(row.text, style);
    if (row.times > 1) text += fmt::format("  {}{}", style.times(), row.times);
    lines.push_back({row.kind, row.thread, row.number(),
                     std::string(static_cast<std::size_t>(row.depth) * 2, ' '), std::move(text), row.where,
                     row.marked, false});
  }
  return lines;
}

// When every place is in one file, its name is said once, above the lines. Empty if there are several.
std::string take_common_file(std::vector<Line>& lines) {
  std::string file;
  for (const Line& line : lines) {
    const std::size_t colon = line.where.rfind(':');
    if (line.where.empty()) continue;
    if (colon == std::string::npos || (!file.empty() && line.where.compare(0, colon, file) != 0)) return "";
    file = line.where.substr(0, colon);
  }
  for (Line& line : lines) line.where.erase(0, std::min(line.where.size(), file.size()));
  return file;
}

// The end of a place, its line, is what matters.
std::string fit_place(const std::string& place, int width, const Style& style) {
  if (columns(place) <= width) return place;
  std::string end = place;
  while (!end.empty() && columns(end) > width - columns(style.dots())) {
    do end.erase(0, 1);
    while (!end.empty() && (static_cast<unsigned char>(end[0]) & 0xC0U) == 0x80U);
  }
  return style.dots() + end;
}

// The middle of long interleavings is left out.
void elide(std::vector<Line>& lines) {
  if (lines.size() <= lines_max) return;
  const std::size_t left_out = lines.size() - lines_max;
  Line note;
  note.elided = true;
  note.text = fmt::format("{} rows left out (-v shows them)", left_out);
  const auto from = lines.begin() + static_cast<std::ptrdiff_t>(lines_kept_first);
  lines.erase(from, from + static_cast<std::ptrdiff_t>(left_out));
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(lines_kept_first), std::move(note));
}

Colour colour_of(const Line& row, std::size_t column) {
  if (row.marked) return Colour::red;
  if (row.kind == Row::Kind::switched || row.kind == Row::Kind::call || row.elided) return Colour::dim;
  return thread_colours[column % thread_colours.size()];
}

class Table {
 public:
  Table(const Finding& finding, const Style& style)
      : f_(finding), style_(style), rows_(lines_of(finding, style)) {
    if (!style.verbose) elide(rows_);
    file_ = take_common_file(rows_);
    std::set<int> seen;
    for (const Line& row : rows_) {
      if (!row.elided) seen.insert(row.thread);
      number_width_ = std::max(number_width_, columns(row.number));
      where_width_ = std::max(where_width_, std::min(columns(row.where), where_max));
    }
    threads_.assign(seen.begin(), seen.end());
    if (!share_width()) one_column();
  }

  std::string text() {
    std::string result =
        file_.empty() ? "" : "  " + style_.paint(Colour::dim, "all in " + printable(file_)) + "\n";
    result += header();
    for (const Line& row : rows_) result += row.elided ? elided(row) : cells(row);
    return result;
  }

 private:
  int needed_by(int thread) const {
    int needed = std::max(column_min, columns(format::thread_title(f_, thread)));
    for (const Line& row : rows_) {
      if (!row.elided && row.thread == thread) needed = std::max(needed, columns(row.lead + row.text));
    }
    return needed;
  }

  int width_for_cells(std::size_t shown) const {
    return style_.width - 2 - number_width_ - 3 - where_width_ - 3 * static_cast<int>(shown);
  }

  // Columns that need little get what they need; the others share what is left. False: some would be too
  // narrow to read.
  bool share_width() {
    int left = width_for_cells(threads_.size());
    std::vector<int> needed;
    for (const int t : threads_) needed.push_back(needed_by(t));
    widths_.assign(threads_.size(), 0);
    int open = static_cast<int>(threads_.size());
    for (bool changed = true; changed && open > 0;) {
      changed = false;
      const int share = left / open;
      for (std::size_t c = 0; c < needed.size(); ++c) {
        if (widths_[c] != 0 || needed[c] > share) continue;
        widths_[c] = needed[c];
        left -= needed[c];
        --open;
        changed = true;
      }
    }
    for (int& width : widths_) {
      if (width != 0) continue;
      width = left / open;
      if (width < readable_min) return false;
    }
    return true;
  }

  // Too many threads to stand side by side.
  void one_column() {
    int names = 0;
    int longest = 12;
    for (const int t : threads_) names = std::max(names, columns(format::thread_name(f_, t)));
    for (Line& row : rows_) {
      if (row.elided) continue;
      row.lead.insert(0, fit(format::thread_name(f_, row.thread), names, style_) + "  ");
      longest = std::max(longest, columns(row.lead + row.text));
    }
    single_ = true;
    widths_ = {std::min(longest, width_for_cells(1))};
  }

  std::size_t column(int thread) const {
    return static_cast<std::size_t>(std::ranges::find(threads_, thread) - threads_.begin());
  }
  std::size_t shown_columns() const { return single_ ? 1 : threads_.size(); }

  std::string header() const {
    std::string names = "  " + fit("step", number_width_, style_);
    std::string line = "  " + repeat(style_.rule(), number_width_);
    const std::string joint = fmt::format("{0}{0}{0}", style_.rule());
    for (std::size_t c = 0; c < shown_columns(); ++c) {
      const std::string name = single_ ? "thread, call" : format::thread_title(f_, threads_[c]);
      names += fmt::format(" {} {}", style_.bar(),
                           style_.paint(Colour::bold, fit(printable(name), widths_[c], style_)));
      line += joint + repeat(style_.rule(), widths_[c]);
    }
    names += fmt::format(" {} where\n", style_.bar());
    return names +
           style_.paint(Colour::dim, line + joint + repeat(style_.rule(), std::max(where_width_, 5))) + "\n";
  }

  std::string elided(const Line& row) const {
    return "  " + style_.paint(Colour::dim, fmt::format("{} {}", style_.dots(), row.text)) + "\n";
  }

  std::string cells(const Line& row) const {
    const std::size_t own = single_ ? 0 : column(row.thread);
    const Colour colour = colour_of(row, column(row.thread));
    std::string result;
    bool first = true;
    const int lead = columns(row.lead);
    for (const std::string& line : wrap(printable(row.text), widths_[own] - lead)) {
      const std::string part = (first ? row.lead : std::string(static_cast<std::size_t>(lead), ' ')) + line;
      result += row.marked && first ? style_.paint(Colour::red, style_.mark()) + " " : "  ";
      const std::string number = first ? row.number : "";
      result += std::string(static_cast<std::size_t>(number_width_ - columns(number)), ' ') + number;
      for (std::size_t c = 0; c < shown_columns(); ++c) {
        const std::string cell = c == own ? style_.paint(colour, fit(part, widths_[c], style_))
                                          : std::string(static_cast<std::size_t>(widths_[c]), ' ');
        result += fmt::format(" {} {}", style_.bar(), cell);
      }
      result += fmt::format(" {}", style_.bar());
      if (first && !row.where.empty()) {
        result += " " + style_.paint(Colour::dim, fit_place(printable(row.where), where_width_, style_));
      }
      result += "\n";
      first = false;
    }
    return result;
  }

  const Finding& f_;
  const Style& style_;
  std::vector<Line> rows_;
  std::vector<int> threads_;
  std::vector<int> widths_;  // of the shown columns
  int number_width_ = 4;
  int where_width_ = 5;
  std::string file_;  // of all places, if it is one
  bool single_ = false;
};

}  // namespace

std::string interleaving(const Finding& finding, const Style& style) {
  if (finding.steps.empty()) return "";
  return Table(finding, style).text();
}

}  // namespace heddle::report
