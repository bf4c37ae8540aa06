// Records of this run for `heddle stress`, in the form of docs/run-protocol.md: one JSON object a line,
// appended to the file of options() by one write, so that a process that dies loses none.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::stress {

// A line being made, in a buffer of fixed size. What does not fit is left out, and the line is then dropped.
class Record {
 public:
  explicit Record(const char* type);
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  void text(const char* key, const char* value);
  void number(const char* key, std::uint64_t value);
  void raw(const char* json);  // ",\"key\":value"
  // Return addresses, innermost first, as [module, offset] pairs.
  void stack(const char* key, void* const* addresses, int count);
  // An address of the program as [module, offset], null if it is in none.
  void place(const char* key, const void* address);
  void append();  // ends the line and writes it

 private:
  void put(const char* bytes, std::size_t count);
  void print(const char* format, ...) __attribute__((format(printf, 2, 3)));
  void quoted(const char* value);

  char buffer_[16384];
  std::size_t used_ = 0;
  bool complete_ = true;
};

// In a loaded file, which includes global variables.
bool is_in_module(const void* address);

// Opens the file and writes the start record; does nothing without a file, and after the first call.
void open_records();

}  // namespace heddle::stress
