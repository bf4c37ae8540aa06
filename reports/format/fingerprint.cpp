#include "reports/format/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <string_view>

#include "reports/format/names.hpp"

namespace heddle::format {
namespace {

// FNV-1a, 64 bits (Fowler, Noll, Vo): stable for ever, and collisions among the bugs of one program do not
// matter.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0xff);  // ends the part: "ab","c" differs from "a","bc"
  }
  std::string hex() const { return fmt::format("{:016x}", state_); }

 private:
  void mix(std::uint64_t byte) { state_ = (state_ ^ byte) * 0x100000001b3U; }
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

std::string normalised(const Stack& stack) {
  const Frame* frame = stack.user_frame();
  if (frame == nullptr) return "?";
  if (frame->function.empty()) return fmt::format("{}+{:#x}", base_name(frame->module), frame->offset);
  return short_function(frame->function) + "@" + base_name(frame->file);
}

std::string stable_name(const Finding& finding, std::optional<int> object) {
  const Object* known = finding.object(object);
  if (known == nullptr) return "";
  return known->stable_name ? known->name : known->kind;
}

// Messages of assertions tell bugs of one function apart; what varies between runs and builds is left out.
std::string normalised_message(std::string_view message) {
  std::string result;
  for (std::size_t i = 0; i < message.size();) {
    if (std::isdigit(static_cast<unsigned char>(message[i])) != 0) {
      while (i < message.size() && std::isalnum(static_cast<unsigned char>(message[i])) != 0) ++i;
      result += '#';
    } else if (message[i] == '/') {  // directories
      result.erase(result.find_last_of(" '\"`") + 1);
      ++i;
    } else {
      result += message[i++];
    }
  }
  return result;
}

bool told_apart_by_message(const std::string& rule) {
  return rule == "HED006" || rule == "HED007" || rule == "HED008" || rule == "HED015" || rule == "HED020";
}

}  // namespace

std::string fingerprint(const Finding& finding) {
  // A set: which thread came first, and how many waited at one place, is an accident of the schedule.
  std::set<std::string> parts;
  for (const Access& a : finding.accesses) {
    if (a.role == "allocated_at" || a.role == "created_at") continue;
    parts.insert(normalised(a.stack) + "|" + stable_name(finding, a.object));
  }
  for (const Blocked& b : finding.blocked) {
    if (!b.daemon) parts.insert(b.call + "|" + normalised(b.stack) + "|" + stable_name(finding, b.object));
  }
  // Where a thread is that never stops is an accident of when one looks: what counts is where it last was
  // before.
  if (finding.rule == "HED022") parts.clear();
  if (parts.empty() && !finding.steps.empty()) parts.insert(normalised(finding.steps.back().stack));
  Hash hash;
  hash.add(finding.rule);
  for (const std::string& part : parts) hash.add(part);
  if (parts.empty() || told_apart_by_message(finding.rule)) hash.add(normalised_message(finding.message));
  return hash.hex();
}

}  // namespace heddle::format
