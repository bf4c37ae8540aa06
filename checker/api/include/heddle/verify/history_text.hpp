// A history as a person wants to see it: intervals, one line for each thread, and the order across threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace heddle::detail {

struct ShownOperation {
  unsigned thread = 0;  // 0: the one that made the object
  unsigned call_mark = 0;
  unsigned return_mark = 0;  // 0: it did not return
  bool stopped = false;
  std::string label;  // "pop() → 1"
};

inline std::string thread_name(unsigned thread) {
  return thread == 0 ? "main" : "T" + std::to_string(thread);
}

// Columns a text takes: continuation bytes of UTF-8 take none.
inline std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

// In the order of this execution; an operation that did not return has no right end.
inline std::string intervals(const std::vector<ShownOperation>& operations) {
  struct End {
    unsigned mark;
    std::size_t operation;
    bool is_return;
  };
  std::vector<End> ends;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    ends.push_back({operations[i].call_mark, i, false});
    if (operations[i].return_mark != 0) ends.push_back({operations[i].return_mark, i, true});
  }
  std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.mark < b.mark; });
  std::vector<std::size_t> begin(operations.size());
  std::vector<std::size_t> end(operations.size());
  std::size_t column = 0;
  for (const End& e : ends) {
    const std::size_t label = width_of(operations[e.operation].label);
    if (!e.is_return) {
      begin[e.operation] = column++;
    } else {
      end[e.operation] = std::max(column, begin[e.operation] + label + 1);
      column = end[e.operation] + 1;
    }
  }
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (operations[i].return_mark == 0)
      end[i] = std::max(column, begin[i] + width_of(operations[i].label) + 1);
  }

  std::vector<unsigned> threads;
  for (const ShownOperation& operation : operations) threads.push_back(operation.thread);
  std::sort(threads.begin(), threads.end());
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  std::string text;
  for (const unsigned thread : threads) {
    std::string line = "  " + thread_name(thread);
    line.resize(8, ' ');
    std::size_t at = 0;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      if (operations[i].thread != thread) continue;
      line.append(begin[i] - at, ' ');
      line += "├" + operations[i].label;
      for (std::size_t x = begin[i] + 1 + width_of(operations[i].label); x < end[i]; ++x) line += "─";
      line += operations[i].return_mark != 0 ? "┤" : operations[i].stopped ? "× stopped" : "… waits";
      at = end[i] + 1;
    }
    text += line + "\n";
  }
  return text;
}

inline std::string name_of(const ShownOperation& operation) {
  return thread_name(operation.thread) + " " + operation.label;
}

// What one thread's operation knows of another's: the pairs that do not follow from others. `precedes(a, b)`
// is asked for positions in `operations`.
template <class Precedes>
std::string order_across_threads(const std::vector<ShownOperation>& operations, Precedes&& precedes) {
  std::string text;
  for (std::size_t b = 0; b < operations.size(); ++b) {
    for (std::size_t a = 0; a < operations.size(); ++a) {
      if (operations[a].thread == operations[b].thread || !precedes(a, b)) continue;
      bool follows = false;
      for (std::size_t c = 0; c < operations.size() && !follows; ++c)
        follows = c != a && c != b && precedes(a, c) && precedes(c, b);
      if (!follows) text += "  " + name_of(operations[a]) + "  before  " + name_of(operations[b]) + "\n";
    }
  }
  return text.empty() ? "  none\n" : text;
}

}  // namespace heddle::detail
