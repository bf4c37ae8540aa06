#include "checker/runtime/outcomes.hpp"

#include <algorithm>
#include <cstring>

#include "checker/explore/exhaustive/part.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/records.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {
namespace {

using Text = kernel::Vector<char>;

struct Outcome {
  Text text;  // terminated
  std::uint64_t hash;
  std::uint64_t count;
};

// Shared with forked executions.
struct Observations {
  kernel::Vector<Text> by_thread;
  bool any = false;  // in the running execution
  kernel::Vector<Outcome> outcomes;
  kernel::Vector<std::uint32_t> slots =
      kernel::Vector<std::uint32_t>(64);  // 1 + index into outcomes; 0: free
};
Observations* observations = nullptr;

std::uint64_t hash_of(const Text& text) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3;
  return hash;
}

std::uint32_t& slot_of(Observations& o, const Text& text, std::uint64_t hash) {
  const std::size_t mask = o.slots.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    std::uint32_t& slot = o.slots[at];
    if (slot == 0) return slot;
    const Outcome& known = o.outcomes[slot - 1];
    if (known.hash == hash && known.text == text) return slot;
  }
}

void grow(Observations& o) {
  std::fill(o.slots.begin(), o.slots.end(), 0);
  o.slots.resize(o.slots.size() * 2);
  for (std::uint32_t i = 0; i < o.outcomes.size(); ++i) {
    slot_of(o, o.outcomes[i].text, o.outcomes[i].hash) = i + 1;
  }
}

Text joined(const Observations& o) {
  Text text;
  for (const Text& part : o.by_thread) {
    if (part.empty()) continue;
    if (!text.empty()) text.push_back(' ');
    text.insert(text.end(), part.begin(), part.end());
  }
  text.push_back('\0');
  return text;
}

void count(Observations& o, Text text, std::uint64_t times) {
  if (o.outcomes.size() == outcomes_max) {
    constexpr char others[] = "(others)";
    if (slot_of(o, text, hash_of(text)) == 0) text.assign(others, others + sizeof others);
  }
  const std::uint64_t hash = hash_of(text);
  std::uint32_t& slot = slot_of(o, text, hash);
  if (slot != 0) {
    o.outcomes[slot - 1].count += times;
    return;
  }
  o.outcomes.push_back({std::move(text), hash, times});
  slot = static_cast<std::uint32_t>(o.outcomes.size());
  if (o.outcomes.size() * 2 > o.slots.size()) grow(o);
}

}  // namespace

void observe(kernel::ThreadId thread, const char* text) {
  const SharedMemoryScope scope;
  if (observations == nullptr) engine_failure("observations were not opened");
  Observations& o = *observations;
  if (o.by_thread.size() <= thread) o.by_thread.resize(thread + std::size_t{1});
  Text& mine = o.by_thread[thread];
  if (!mine.empty()) mine.push_back(' ');
  mine.insert(mine.end(), text, text + std::strlen(text));
  o.any = true;
  ++thread_at(thread).side_effects;
}

void reset_observations() {
  if (observations == nullptr) [[unlikely]]
    observations = &make_shared_object<Observations>();
  if (!observations->any) return;
  for (Text& text : observations->by_thread) text.clear();
  observations->any = false;
}

void count_outcome() {
  if (!observations->any) return;
  const SharedMemoryScope scope;
  count(*observations, joined(*observations), 1);
}

void forget_outcomes() {
  if (observations == nullptr) return;
  const SharedMemoryScope scope;
  observations->outcomes.clear();
  std::fill(observations->slots.begin(), observations->slots.end(), 0);
}

void copy_outcomes(kernel::Vector<std::uint8_t>& out) {
  if (observations == nullptr) return;
  for (const Outcome& outcome : observations->outcomes) {
    explore::put_number(out, outcome.count);
    out.insert(out.end(), outcome.text.begin(), outcome.text.end());
  }
}

void take_outcomes(kernel::Vector<std::uint8_t>& out) {
  copy_outcomes(out);
  forget_outcomes();
}

void add_outcomes(const std::uint8_t* begin, const std::uint8_t* end) {
  const SharedMemoryScope scope;
  if (observations == nullptr) observations = &make_shared_object<Observations>();
  while (begin != end) {
    std::uint64_t times = 0;
    if (!explore::take_number(begin, end, times)) return;
    const auto* const stop =
        static_cast<const std::uint8_t*>(std::memchr(begin, 0, static_cast<std::size_t>(end - begin)));
    if (stop == nullptr) return;
    count(*observations, Text(begin, stop + 1), times);
    begin = stop + 1;
  }
}

void write_outcomes() {
  if (observations == nullptr) return;
  for (const Outcome& outcome : observations->outcomes) {
    JsonWriter& out = begin_record("outcome");
    out.member("text", outcome.text.data());
    out.key("count");
    out.decimal_string(outcome.count);
    end_record();
  }
}

}  // namespace heddle::runtime
