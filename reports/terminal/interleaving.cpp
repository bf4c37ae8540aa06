#include "reports/terminal/interleaving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "reports/format/names.hpp"
#include "reports/terminal/interleaving_rows.hpp"

namespace heddle::report {
namespace {

using format::Finding;

constexpr int column_min = 22;
constexpr int where_max = 28;
constexpr std::array<Colour, 5> thread_colours = {Colour::cyan, Colour::yellow, Colour::magenta,
                                                  Colour::green, Colour::blue};

Colour colour_of(const Row& row, std::size_t column) {
  if (row.marked) return Colour::red;
  if (row.kind == Row::Kind::switched || row.kind == Row::Kind::elided) return Colour::dim;
  return thread_colours[column % thread_colours.size()];
}

class Table {
 public:
  Table(const Finding& finding, const Style& style)
      : f_(finding), style_(style), rows_(interleaving_rows(finding, style)) {
    std::set<int> seen;
    for (const Row& row : rows_) {
      if (row.kind != Row::Kind::elided) seen.insert(row.thread);
      number_width_ = std::max(number_width_, columns(row.number));
      where_width_ = std::max(where_width_, std::min(columns(row.where), where_max));
    }
    threads_.assign(seen.begin(), seen.end());
    const int separators = 3 * (static_cast<int>(threads_.size()) + 1);
    const int left = style_.width - 2 - number_width_ - where_width_ - separators;
    column_width_ = left / std::max(1, static_cast<int>(threads_.size()));
    if (column_width_ < column_min) one_column();
    limit_to_contents();
  }

  std::string text() {
    std::string result = header();
    for (const Row& row : rows_) result += row.kind == Row::Kind::elided ? elided(row) : cells(row);
    return result;
  }

 private:
  // Too many threads to stand side by side.
  void one_column() {
    int names = 0;
    for (const int t : threads_) names = std::max(names, columns(format::thread_name(f_, t)));
    for (Row& row : rows_) {
      if (row.kind == Row::Kind::elided) continue;
      row.text = fit(format::thread_name(f_, row.thread), names, style_) + "  " + row.text;
    }
    single_ = true;
    column_width_ = style_.width - 2 - number_width_ - where_width_ - 6;
  }

  // No wider than the longest cell, so that short tables stay together.
  void limit_to_contents() {
    int longest = 12;
    for (const Row& row : rows_) longest = std::max(longest, columns(row.text));
    for (const int t : threads_) longest = std::max(longest, columns(format::thread_title(f_, t)));
    column_width_ = std::min(column_width_, longest);
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
                           style_.paint(Colour::bold, fit(printable(name), column_width_, style_)));
      line += joint + repeat(style_.rule(), column_width_);
    }
    names += fmt::format(" {} where\n", style_.bar());
    return names +
           style_.paint(Colour::dim, line + joint + repeat(style_.rule(), std::max(where_width_, 5))) + "\n";
  }

  std::string elided(const Row& row) const {
    return "  " + style_.paint(Colour::dim, fmt::format("{} {}", style_.dots(), row.text)) + "\n";
  }

  std::string cells(const Row& row) const {
    const std::size_t own = single_ ? 0 : column(row.thread);
    const Colour colour = colour_of(row, column(row.thread));
    std::string result;
    bool first = true;
    for (const std::string& part : wrap(printable(row.text), column_width_)) {
      result += row.marked && first ? style_.paint(Colour::red, style_.mark()) + " " : "  ";
      const std::string number = first ? row.number : "";
      result += std::string(static_cast<std::size_t>(number_width_ - columns(number)), ' ') + number;
      for (std::size_t c = 0; c < shown_columns(); ++c) {
        const std::string cell = c == own ? style_.paint(colour, fit(part, column_width_, style_))
                                          : std::string(static_cast<std::size_t>(column_width_), ' ');
        result += fmt::format(" {} {}", style_.bar(), cell);
      }
      result += fmt::format(" {}", style_.bar());
      if (first && !row.where.empty()) {
        const int limit = std::min(where_width_, columns(row.where));
        result += " " + style_.paint(Colour::dim, fit(printable(row.where), limit, style_));
      }
      result += "\n";
      first = false;
    }
    return result;
  }

  const Finding& f_;
  const Style& style_;
  std::vector<Row> rows_;
  std::vector<int> threads_;
  int number_width_ = 4;
  int where_width_ = 5;
  int column_width_ = 0;
  bool single_ = false;
};

}  // namespace

std::string interleaving(const Finding& finding, const Style& style) {
  if (finding.steps.empty()) return "";
  return Table(finding, style).text();
}

}  // namespace heddle::report
