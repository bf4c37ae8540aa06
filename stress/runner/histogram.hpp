// How often each outcome was seen. Plain memory of its own; not safe for threads.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::stress {

class Histogram {
 public:
  static constexpr std::size_t text_max = 1024;
  static constexpr std::size_t rows_max = 8192;  // further outcomes are counted under one name

  Histogram();
  ~Histogram();
  Histogram(const Histogram&) = delete;
  Histogram& operator=(const Histogram&) = delete;

  void add(const char* text);
  // The number of different outcomes.
  std::size_t size() const { return used_; }

  // Calls visit(text, count, context) for each outcome with its count since the last visit, if there is any.
  void visit_new(void (*visit)(const char* text, std::uint64_t count, void* context), void* context);
  // The same with all counts.
  void visit_all(void (*visit)(const char* text, std::uint64_t count, void* context), void* context) const;

 private:
  struct Row {
    char* text;
    std::uint64_t hash;
    std::uint64_t count;
    std::uint64_t told;
  };
  Row* find(const char* text);

  Row* rows_;
  std::size_t used_ = 0;
};

}  // namespace heddle::stress
