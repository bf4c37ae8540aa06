// Builds one JSON line in the engine's memory. Separators are its own business: call value functions in
// order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "checker/kernel/memory.hpp"

namespace heddle::runtime {

class JsonWriter {
 public:
  JsonWriter() = default;
  ~JsonWriter() { kernel::engine_release(text_, room_); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  const char* text() const { return text_; }
  std::size_t size() const { return size_; }
  void clear() {
    size_ = 0;
    needs_comma_ = false;
  }

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(const char* name) {
    separate();
    quote(name);
    append(':');
    needs_comma_ = false;
  }
  void string(const char* value) {
    separate();
    quote(value);
    needs_comma_ = true;
  }
  void number(std::uint64_t value) { print("%llu", static_cast<unsigned long long>(value)); }
  void signed_number(std::int64_t value) { print("%lld", static_cast<long long>(value)); }
  void seconds(double value) { print("%.6f", value); }
  void real(double value) { print("%.9g", value); }
  void boolean(bool value) { print("%s", value ? "true" : "false"); }
  void null() { print("%s", "null"); }
  void hex_string(std::uint64_t value) { print("\"0x%llx\"", static_cast<unsigned long long>(value)); }
  void decimal_string(std::uint64_t value) { print("\"%llu\"", static_cast<unsigned long long>(value)); }

  void member(const char* name, const char* value) {
    key(name);
    string(value);
  }
  void member(const char* name, std::uint64_t value) {
    key(name);
    number(value);
  }

  // Members written elsewhere by another writer: "a":1,"b":2
  void raw_members(const char* members, std::size_t bytes) {
    if (bytes == 0) return;
    separate();
    append_all(members, bytes);
    needs_comma_ = true;
  }
  void end_line() { append('\n'); }

 private:
  void separate() {
    if (needs_comma_) append(',');
  }
  void open(char bracket) {
    separate();
    append(bracket);
    needs_comma_ = false;
  }
  void close(char bracket) {
    append(bracket);
    needs_comma_ = true;
  }
  template <class Value>
  void print(const char* format, Value value) {
    char digits[64];
    separate();
    const int length = snprintf(digits, sizeof digits, format, value);
    append_all(digits, static_cast<std::size_t>(length));
    needs_comma_ = true;
  }
  void reserve(std::size_t more);
  void append(char c) {
    if (size_ == room_) reserve(1);
    text_[size_++] = c;
  }
  void append_all(const char* bytes, std::size_t count);
  void quote(const char* text);

  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
  bool needs_comma_ = false;
};

}  // namespace heddle::runtime
