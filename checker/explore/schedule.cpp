#include "checker/explore/schedule.hpp"

#include <cstring>

namespace heddle::explore {
namespace {

// Text form: "heddle1:" and the base64url of: varint count, then for each decision varint(step delta << 1 |
// has alternative), varint(thread + 1, 0 for none), [varint alternative]; a byte 1 if timeouts are choices;
// last, a 16-bit checksum (Fletcher).
constexpr char prefix[] = "heddle1:";
constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Bytes = kernel::Vector<std::uint8_t>;

void put(Bytes& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out.push_back(static_cast<std::uint8_t>(v | 0x80));
  out.push_back(static_cast<std::uint8_t>(v));
}

bool take(const Bytes& in, std::size_t& at, std::uint64_t& v) {
  v = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at >= in.size()) return false;
    const std::uint8_t b = in[at++];
    v |= std::uint64_t{b & 0x7fU} << shift;
    if ((b & 0x80) == 0) return true;
  }
  return false;
}

std::uint16_t checksum(const std::uint8_t* data, std::size_t n) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (std::size_t i = 0; i < n; ++i) {
    a = (a + data[i]) % 255;
    b = (b + a) % 255;
  }
  return static_cast<std::uint16_t>(b << 8 | a);
}

int digit_value(char c) {
  const char* found = c == '\0' ? nullptr : std::strchr(digits, c);
  return found == nullptr ? -1 : static_cast<int>(found - digits);
}

}  // namespace

std::size_t encode_schedule(const Schedule& schedule, char* out, std::size_t capacity) {
  Bytes bytes;
  put(bytes, schedule.decisions.size());
  std::uint32_t step = 0;
  for (const Decision& d : schedule.decisions) {
    put(bytes, std::uint64_t{d.step - step} << 1 | (d.alternative != 0 ? 1U : 0U));
    put(bytes, d.thread == kernel::no_thread ? 0 : std::uint64_t{d.thread} + 1);
    if (d.alternative != 0) put(bytes, d.alternative);
    step = d.step;
  }
  if (schedule.timeouts_are_choices) bytes.push_back(1);
  const std::uint16_t sum = checksum(bytes.data(), bytes.size());
  bytes.push_back(static_cast<std::uint8_t>(sum));
  bytes.push_back(static_cast<std::uint8_t>(sum >> 8));
  const std::size_t length = sizeof prefix - 1 + (bytes.size() * 8 + 5) / 6;
  if (length + 1 > capacity) return 0;
  std::memcpy(out, prefix, sizeof prefix - 1);
  char* p = out + sizeof prefix - 1;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::uint8_t b : bytes) {
    bits = bits << 8 | b;
    for (held += 8; held >= 6; held -= 6) *p++ = digits[bits >> (held - 6) & 63];
  }
  if (held > 0) *p++ = digits[bits << (6 - held) & 63];
  *p = '\0';
  return length;
}

bool decode_schedule(const char* text, Schedule& out) {
  out = {};
  if (std::strncmp(text, prefix, sizeof prefix - 1) != 0) return false;
  Bytes bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char* p = text + sizeof prefix - 1; *p != '\0'; ++p) {
    const int v = digit_value(*p);
    if (v < 0) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(v);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  if (bytes.size() < 3) return false;
  const auto sum = static_cast<std::uint16_t>(bytes[bytes.size() - 2] | bytes[bytes.size() - 1] << 8);
  bytes.resize(bytes.size() - 2);
  if (checksum(bytes.data(), bytes.size()) != sum) return false;
  std::size_t at = 0;
  std::uint64_t count = 0;
  if (!take(bytes, at, count) || count > bytes.size()) return false;
  std::uint64_t step = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t head = 0;
    std::uint64_t thread = 0;
    std::uint64_t alternative = 0;
    if (!take(bytes, at, head) || !take(bytes, at, thread)) return false;
    if ((head & 1) != 0 && !take(bytes, at, alternative)) return false;
    step += head >> 1;
    if (step > 0xffffffffU || thread > kernel::threads_max || alternative > 0xffffffffU) return false;
    out.decisions.push_back({static_cast<std::uint32_t>(step),
                             thread == 0 ? kernel::no_thread : static_cast<kernel::ThreadId>(thread - 1),
                             static_cast<std::uint32_t>(alternative)});
  }
  if (at + 1 == bytes.size() && bytes[at] == 1) {
    out.timeouts_are_choices = true;
    ++at;
  }
  return at == bytes.size();
}

}  // namespace heddle::explore
