// Graphviz: the execution graph of each finding. A cluster for each thread; program order is black,
// reads-from green, waits red.
#include <fmt/format.h>

#include <algorithm>
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

constexpr std::size_t rows_max = 400;  // more takes Graphviz minutes

std::string dot_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : format::valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else {
      result += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
  }
  return result + "\"";
}

class Graph {
 public:
  Graph(const Finding& f, std::size_t number) : f_(f), number_(number), rows_(rows(f)) {
    if (rows_.size() > rows_max) rows_.erase(rows_.begin(), rows_.end() - rows_max);
  }

  std::string text() {
    std::string result =
        fmt::format("digraph {} {{\n  label={};\n", dot_string(fmt::format("finding{}", number_)),
                    dot_string(f_.rule + " " + f_.title + "\n" + f_.cause));
    result += "  labelloc=t;\n  node [shape=box, fontname=monospace];\n";
    std::map<int, std::vector<std::size_t>> by_thread;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].kind != Row::Kind::switched && rows_[i].kind != Row::Kind::call)
        by_thread[rows_[i].thread].push_back(i);
      if (rows_[i].last != 0) node_of_[rows_[i].last] = i;
    }
    for (const auto& [thread, indices] : by_thread) result += cluster(thread, indices);
    for (const format::Step& s : f_.steps) result += reads_from(s);
    return result + waits() + "}\n";
  }

 private:
  std::string cluster(int thread, const std::vector<std::size_t>& indices) const {
    std::string text = fmt::format("  subgraph cluster_t{} {{\n    label={};\n", thread,
                                   dot_string(format::thread_title(f_, thread)));
    for (const std::size_t i : indices) {
      const Row& row = rows_[i];
      std::string label = row.number().empty() ? row.text : row.number() + ": " + row.text;
      if (row.times > 1) label += fmt::format(" ×{}", row.times);
      if (const std::string& place = row.where; !place.empty()) label += "\n" + place;
      text += fmt::format("    r{} [label={}{}];\n", i, dot_string(label),
                          row.marked ? ", color=red, penwidth=2" : "");
    }
    for (std::size_t i = 1; i < indices.size(); ++i)
      text += fmt::format("    r{} -> r{};\n", indices[i - 1], indices[i]);
    return text + "  }\n";
  }

  std::string reads_from(const format::Step& read) const {
    if (!read.source || *read.source < 1) return "";
    const auto from = node_of(static_cast<std::uint64_t>(*read.source));
    const auto to = node_of(read.step);
    if (!from || !to || *from == *to || rows_[*from].thread == rows_[*to].thread) return "";
    return fmt::format("  r{} -> r{} [color=\"#009e73\", label=\"rf\", constraint=false];\n", *from, *to);
  }

  std::optional<std::size_t> node_of(std::uint64_t step) const {
    const auto row = node_of_.lower_bound(step);
    if (row == node_of_.end() || rows_[row->second].first > step) return std::nullopt;
    return row->second;
  }

  // Who waits for what, held by whom.
  std::string waits() const {
    std::string text;
    std::map<int, bool> objects;
    for (const format::Blocked& b : f_.blocked) {
      text += fmt::format("  w{} [shape=ellipse, label={}];\n", b.thread,
                          dot_string(format::thread_title(f_, b.thread)));
      if (b.object) {
        objects[*b.object] = true;
        text += fmt::format("  w{} -> o{} [color=\"#d55e00\", label=\"waits for\"];\n", b.thread, *b.object);
        if (b.holder)
          text += fmt::format("  o{} -> w{} [color=\"#d55e00\", label=\"held by\"];\n", *b.object, *b.holder);
      } else if (b.holder) {
        text += fmt::format("  w{} -> w{} [color=\"#d55e00\", label=\"waits for\"];\n", b.thread, *b.holder);
      }
    }
    for (const auto& [object, present] : objects)
      text += fmt::format("  o{} [shape=diamond, label={}];\n", object,
                          dot_string(format::object_name(f_, object)));
    return text;
  }

  const Finding& f_;
  std::size_t number_;
  std::vector<Row> rows_;
  std::map<std::uint64_t, std::size_t> node_of_;  // by the last step of the row
};

}  // namespace

std::string to_dot(const format::RunResult& result, const ExportOptions&) {
  std::string text;
  std::size_t number = 0;
  for (const Finding& f : result.findings) text += Graph(f, ++number).text();
  return text.empty() ? "digraph \"no finding\" {}\n" : text;
}

}  // namespace heddle::report
