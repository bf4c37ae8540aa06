#include "checker/explore/exhaustive/frontier.hpp"

#include <cstdio>
#include <cstring>

namespace heddle::explore {
namespace {

constexpr char magic[] = "heddle-frontier";
constexpr unsigned version = 5;

void append(Text& out, const char* text) { out.insert(out.end(), text, text + std::strlen(text)); }

void append_word(Text& out, std::uint64_t number) {
  char digits[24];
  snprintf(digits, sizeof digits, " %llu", static_cast<unsigned long long>(number));
  append(out, digits);
}

void append_line(Text& out, const char* key, const char* value) {
  append(out, key);
  out.push_back(' ');
  append(out, value);
  out.push_back('\n');
}

constexpr char hexadecimal[] = "0123456789abcdef";

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void append_bytes(Text& out, const char* key, const Bytes& bytes) {
  append(out, key);
  for (const std::uint8_t byte : bytes) {
    out.push_back(hexadecimal[byte >> 4]);
    out.push_back(hexadecimal[byte & 15]);
  }
  out.push_back('\n');
}

// The words of one line.
class Line {
 public:
  Line(const char* begin, const char* end) : at_(begin), end_(end) {}

  bool takes(const char* word) {
    const std::size_t length = std::strlen(word);
    if (static_cast<std::size_t>(end_ - at_) < length || std::memcmp(at_, word, length) != 0) return false;
    if (at_ + length != end_ && at_[length] != ' ') return false;
    at_ += length;
    if (at_ != end_) ++at_;
    return true;
  }
  bool number(std::uint64_t& out) {
    if (at_ == end_) return false;
    out = 0;
    for (; at_ != end_ && *at_ != ' '; ++at_) {
      if (*at_ < '0' || *at_ > '9' || out > (~std::uint64_t{0} - 9) / 10) return false;
      out = out * 10 + static_cast<std::uint64_t>(*at_ - '0');
    }
    if (at_ != end_) ++at_;
    return true;
  }
  bool bytes(Bytes& out) {
    out.clear();
    for (; end_ - at_ >= 2; at_ += 2) {
      const int high = digit_value(at_[0]);
      const int low = digit_value(at_[1]);
      if (high < 0 || low < 0) return false;
      out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return at_ == end_;
  }
  template <std::size_t size>
  bool rest(char (&out)[size]) {
    const auto length = static_cast<std::size_t>(end_ - at_);
    if (length >= size) return false;
    std::memcpy(out, at_, length);
    out[length] = '\0';
    at_ = end_;
    return true;
  }
  bool at_end() const { return at_ == end_; }

 private:
  const char* at_;
  const char* end_;
};

constexpr const char* damaged = "is damaged: its checksum or contents are wrong";

void append_assumed(Text& out, const char* key, const Assumed& assumed) {
  append(out, key);
  append_word(out, assumed.surprises);
  for (const std::uintptr_t address : assumed.addresses) append_word(out, address);
  out.push_back('\n');
}

bool read_assumed(Line& line, UnorderedGround& ground, Assumed& assumed) {
  std::uint64_t number = 0;
  if (!line.number(number) || number > ~std::uint32_t{0}) return false;
  assumed.surprises = static_cast<std::uint32_t>(number);
  ground.settled = true;
  while (!line.at_end()) {
    if (!line.number(number)) return false;
    assumed.addresses.push_back(number);
  }
  return true;
}

bool read_line(Line line, Frontier& f) {
  Binding& b = f.binding;
  Counts& c = f.counts;
  if (line.takes("program")) return line.rest(b.program);
  if (line.takes("addresses")) return line.rest(b.addresses);
  if (line.takes("arguments")) return line.rest(b.arguments);
  if (line.takes("options")) return line.rest(b.options);
  if (line.takes("counts")) {
    for (std::uint64_t Counts::*count : all_counts) {
      if (!line.number(c.*count)) return false;
    }
    return line.number(f.bugs) && line.at_end();
  }
  if (line.takes("ground")) {
    std::uint64_t number = 0;
    if (!line.number(number) || number > kernel::threads_max) return false;
    f.ground.threads = static_cast<kernel::ThreadId>(number);
    while (!line.at_end()) {
      if (!line.number(number)) return false;
      f.ground.loops.push_back(number);
    }
    return true;
  }
  if (line.takes("readers")) {
    f.ground.readers.settled = true;
    std::uint64_t number = 0;
    while (!line.at_end()) {
      if (!line.number(number) || number >= kernel::threads_max) return false;
      f.ground.readers.threads.push_back(static_cast<kernel::ThreadId>(number));
    }
    return true;
  }
  if (line.takes("rounds")) {
    f.ground.rounds_stay = true;
    return line.takes("stay") && line.at_end();
  }
  if (line.takes("states")) {
    f.ground.states_vary = true;
    return line.takes("vary") && line.at_end();
  }
  if (line.takes("revisited-mutexes")) return (f.ground.revisited_mutexes = line.at_end());
  if (line.takes("ordered-barriers")) return (f.ground.ordered_barriers = line.at_end());
  if (line.takes("unread")) return read_assumed(line, f.ground.unordered, f.ground.unordered.unread);
  if (line.takes("commuting")) return read_assumed(line, f.ground.unordered, f.ground.unordered.commuting);
  if (line.takes("division")) return line.number(f.division) && line.at_end();
  if (line.takes("outcomes")) return line.bytes(f.outcomes);
  if (line.takes("part")) {
    Bytes bytes;
    Part part;
    if (!line.bytes(bytes)) return false;
    const std::uint8_t* at = bytes.data();
    if (!take_part(at, bytes.data() + bytes.size(), part) || at != bytes.data() + bytes.size()) return false;
    f.parts.push_back(part);
    return true;
  }
  return false;
}

}  // namespace

void write_frontier(const Frontier& f, Text& out) {
  out.clear();
  append(out, magic);
  append_word(out, version);
  out.push_back('\n');
  append_line(out, "program", f.binding.program);
  append_line(out, "addresses", f.binding.addresses);
  append_line(out, "arguments", f.binding.arguments);
  append_line(out, "options", f.binding.options);
  append(out, "counts");
  for (const std::uint64_t Counts::*count : all_counts) append_word(out, f.counts.*count);
  append_word(out, f.bugs);
  append(out, "\nground");
  append_word(out, f.ground.threads);
  for (const std::uintptr_t pc : f.ground.loops) append_word(out, pc);
  out.push_back('\n');
  if (f.ground.readers.settled) {
    append(out, "readers");
    for (const kernel::ThreadId t : f.ground.readers.threads) append_word(out, t);
    out.push_back('\n');
  }
  if (f.ground.rounds_stay) append(out, "rounds stay\n");
  if (f.ground.states_vary) append(out, "states vary\n");
  if (f.ground.revisited_mutexes) append(out, "revisited-mutexes\n");
  if (f.ground.ordered_barriers) append(out, "ordered-barriers\n");
  if (f.ground.unordered.settled) {
    append_assumed(out, "unread", f.ground.unordered.unread);
    append_assumed(out, "commuting", f.ground.unordered.commuting);
  }
  if (f.division != 0) {
    append(out, "division");
    append_word(out, f.division);
    out.push_back('\n');
  }
  if (!f.outcomes.empty()) append_bytes(out, "outcomes ", f.outcomes);
  Bytes bytes;
  for (const Part& part : f.parts) {
    bytes.clear();
    put_part(bytes, part);
    append_bytes(out, "part ", bytes);
  }
  char last[32];
  snprintf(last, sizeof last, "end %016llx\n", static_cast<unsigned long long>(fnv(out.data(), out.size())));
  append(out, last);
}

const char* read_frontier(const char* text, std::size_t bytes, Frontier& frontier) {
  const char* const end = text + bytes;
  const char* at = text;
  bool first = true;
  while (at != end) {
    const auto* stop = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    Line line(at, stop != nullptr ? stop : end);
    if (first) {
      std::uint64_t number = 0;
      if (!line.takes(magic)) return "is not a saved search (it does not begin with heddle-frontier)";
      if (!line.number(number) || !line.at_end()) return damaged;
      if (number != version)
        return number > version ? "was saved by a newer version of Heddle"
                                : "was saved by an older version of Heddle";
    } else if (line.takes("end")) {
      char sum[17];
      char expected[17];
      snprintf(expected, sizeof expected, "%016llx",
               static_cast<unsigned long long>(fnv(text, static_cast<std::size_t>(at - text))));
      if (stop == nullptr) return "is cut off";
      return line.rest(sum) && std::strcmp(sum, expected) == 0 && stop + 1 == end ? nullptr : damaged;
    } else if (!read_line(line, frontier)) {
      return stop == nullptr ? "is cut off" : damaged;
    }
    first = false;
    if (stop == nullptr) break;
    at = stop + 1;
  }
  return first ? "is empty" : "is cut off";
}

const char* difference(const Binding& file, const Binding& here) {
  if (std::strcmp(file.program, here.program) != 0)
    return "belongs to another program, or to an earlier build of this one";
  if (std::strcmp(file.arguments, here.arguments) != 0)
    return "was saved with other arguments of the program";
  if (std::strcmp(file.options, here.options) != 0)
    return "was saved with other options: those of the model, the limits and the reductions must be the same";
  if (std::strcmp(file.addresses, here.addresses) != 0)
    return "was saved with the program at other addresses: address randomisation must be off (heddle doctor)";
  return nullptr;
}

}  // namespace heddle::explore
