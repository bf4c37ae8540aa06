#include "checker/runtime/record_line.hpp"

#include <cstring>

namespace heddle::runtime {
namespace {

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); }

}  // namespace

// From an opening quote to behind the closing one; the end if there is none.
const char* RecordLine::skip_string(const char* at) const {
  for (++at; at < end_ && *at != '"'; ++at) {
    if (*at == '\\') ++at;
  }
  return at < end_ ? at + 1 : end_;
}

// To the comma or bracket behind a value.
const char* RecordLine::skip_value(const char* at) const {
  int depth = 0;
  while (at < end_) {
    if (*at == '"') {
      at = skip_string(at);
      continue;
    }
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') {
      if (depth == 0) return at;
      --depth;
    }
    if (*at == ',' && depth == 0) return at;
    ++at;
  }
  return end_;
}

const char* RecordLine::find(const char* key) const {
  if (end_ - begin_ < 2 || *begin_ != '{' || end_[-1] != '}') return nullptr;
  const std::size_t length = std::strlen(key);
  for (const char* at = begin_ + 1; at < end_ && *at == '"';) {
    const char* const after = skip_string(at);
    if (after >= end_ || *after != ':') return nullptr;
    const bool same =
        static_cast<std::size_t>(after - at) == length + 2 && std::memcmp(at + 1, key, length) == 0;
    if (same) return after + 1;
    at = skip_value(after + 1);
    if (at < end_ && *at == ',') ++at;
  }
  return nullptr;
}

const char* RecordLine::text(const char* key) const {
  text_.clear();
  const char* at = find(key);
  if (at != nullptr && *at == '"') {
    const char* const stop = skip_string(at) - 1;
    for (++at; at < stop; ++at) {
      if (*at != '\\') {
        text_.push_back(*at);
      } else if (at[1] == 'u' && at + 5 < stop) {
        // The writer escapes single bytes only.
        text_.push_back(static_cast<char>(hex_digit(at[4]) << 4 | hex_digit(at[5])));
        at += 5;
      } else {
        text_.push_back(*++at);
      }
    }
  }
  text_.push_back('\0');
  return text_.data();
}

bool RecordLine::is(const char* type) const { return std::strcmp(text("type"), type) == 0; }

std::uint64_t RecordLine::number(const char* key) const {
  const char* at = find(key);
  if (at == nullptr) return 0;
  if (*at == '"') ++at;
  std::uint64_t value = 0;
  for (; at < end_ && *at >= '0' && *at <= '9'; ++at)
    value = value * 10 + static_cast<std::uint64_t>(*at - '0');
  return value;
}

bool RecordLine::flag(const char* key) const {
  const char* const at = find(key);
  return at != nullptr && *at == 't';
}

}  // namespace heddle::runtime
