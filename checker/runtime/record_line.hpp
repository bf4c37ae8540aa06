// Reads back a line that JsonWriter wrote: its top-level members, by name. Nothing else is understood, and
// nothing else is written.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/kernel/memory.hpp"

namespace heddle::runtime {

class RecordLine {
 public:
  // [begin, end), without the newline. A line that is no record, or cut off, has no members.
  RecordLine(const char* begin, const char* end) : begin_(begin), end_(end) {}

  bool is(const char* type) const;
  // The string member `key`, terminated; empty if there is none. The pointer is valid until the next call.
  const char* text(const char* key) const;
  // A number, or a string of decimal digits; 0 if there is none.
  std::uint64_t number(const char* key) const;
  bool flag(const char* key) const;

 private:
  const char* find(const char* key) const;
  const char* skip_string(const char* at) const;
  const char* skip_value(const char* at) const;

  const char* begin_;
  const char* end_;
  mutable kernel::Vector<char> text_;
};

}  // namespace heddle::runtime
