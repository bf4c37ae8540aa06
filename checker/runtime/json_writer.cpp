#include "checker/runtime/json_writer.hpp"

#include <cstring>

namespace heddle::runtime {
namespace {

constexpr std::size_t first_room = 4096;

// Length of the well-formed UTF-8 sequence at `text`, 0 if there is none. Overlong forms are not told apart.
std::size_t utf8_length(const unsigned char* text) {
  const std::size_t length = text[0] < 0x80   ? 1
                             : text[0] < 0xc2 ? 0
                             : text[0] < 0xe0 ? 2
                             : text[0] < 0xf0 ? 3
                             : text[0] < 0xf5 ? 4
                                              : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((text[i] & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

void JsonWriter::reserve(std::size_t more) {
  std::size_t room = room_ == 0 ? first_room : room_;
  while (room < size_ + more) room *= 2;
  if (room == room_) return;
  auto* const bigger = static_cast<char*>(kernel::engine_allocate(room));
  if (size_ > 0) std::memcpy(bigger, text_, size_);
  kernel::engine_release(text_, room_);
  text_ = bigger;
  room_ = room;
}

void JsonWriter::append_all(const char* bytes, std::size_t count) {
  reserve(count);
  std::memcpy(text_ + size_, bytes, count);
  size_ += count;
}

void JsonWriter::quote(const char* text) {
  append('"');
  const auto* at = reinterpret_cast<const unsigned char*>(text);
  while (*at != '\0') {
    const std::size_t length = utf8_length(at);
    if (*at == '"' || *at == '\\') {
      append('\\');
      append(static_cast<char>(*at));
    } else if (*at < 0x20 || length == 0) {
      char escape[8];
      snprintf(escape, sizeof escape, "\\u%04x", *at);
      append_all(escape, 6);
    } else {
      append_all(reinterpret_cast<const char*>(at), length);
    }
    at += length == 0 ? 1 : length;
  }
  append('"');
}

}  // namespace heddle::runtime
