#include "checker/explore/random/fuzzed.hpp"

#include <algorithm>
#include <bit>

#include "checker/explore/random/conflict.hpp"
#include "checker/kernel/graph.hpp"

namespace heddle::explore {

namespace {

// An event of a thread by its index, of which the later ones are told apart less and less: else there would
// be no end of new ones in a long execution.
std::uint64_t event(kernel::ThreadId t, std::uint32_t index) {
  constexpr int exact_bits = 5;
  const int surplus = std::max(0, static_cast<int>(std::bit_width(index)) - exact_bits);
  return std::uint64_t{t} << 32U | index >> surplus << surplus;
}

}  // namespace

void Fuzzed::begin(std::uint64_t execution) {
  // An execution that is begun again, with more room for threads, has the same input.
  if (execution != execution_ && !source_.next(input_)) {
    closed_ = true;
    input_ = {};
  }
  execution_ = execution;
  ++begun_;
  switches_.clear();
  stores_.clear();
  policies_.clear();
  std::uint32_t step = 0;
  for (std::size_t i = 0; i + record_bytes <= input_.schedule.size(); i += record_bytes) {
    const auto what = static_cast<What>(input_.schedule[i] % 8);
    const std::uint8_t gap = input_.schedule[i + 1];
    const std::uint8_t which = input_.schedule[i + 2];
    if (what >= by_default) {
      policies_.push_back({step, what, (input_.schedule[i] / 8U << 8U | gap) << 8U | which});
      continue;
    }
    step += gap;
    (what == other_store ? stores_ : switches_).push_back({step, which});
  }
  next_switch_ = next_store_ = next_choice_ = next_policy_ = 0;
  step_ = 0;
  tired_ = kernel::no_thread;
  policy_ = by_default;
  performed_.clear();
  follows_pos_ = false;
  for (const Policy& p : policies_) follows_pos_ = follows_pos_ || p.what == by_order;
  if (follows_pos_) pos_.begin(0);
}

void Fuzzed::take_policy() {
  const Policy& p = policies_[next_policy_++];
  policy_ = p.what;
  // The policies of one seed have nothing in common.
  const std::uint64_t seed = (std::uint64_t{p.seed} << 8U | p.what) * 0x9e3779b97f4a7c15U;
  random_ = kernel::Random(seed);
  if (policy_ == by_order) pos_.restart(seed);
  priorities_.clear();
  lowest_ = 1U << 30U;
}

kernel::ThreadId Fuzzed::next_after(const Situation& s, kernel::ThreadId t) const {
  kernel::ThreadId above = kernel::no_thread;
  kernel::ThreadId lowest = kernel::no_thread;
  for (const kernel::ThreadId m : s.movable) {
    if (m > t && m < above) above = m;
    if (m < lowest) lowest = m;
  }
  return above != kernel::no_thread ? above : lowest;
}

// Threads that are not known yet draw when they are met.
kernel::ThreadId Fuzzed::highest(const Situation& s) const {
  kernel::ThreadId best = s.movable[0];
  for (const kernel::ThreadId t : s.movable) {
    if (priorities_[t] > priorities_[best]) best = t;
  }
  return best;
}

kernel::ThreadId Fuzzed::by_policy(const Situation& s) {
  switch (policy_) {
    case by_walk:
      return s.movable[random_.below(static_cast<std::uint32_t>(s.movable.size()))];
    case by_order:
      return pos_.pick(s);
    case by_priorities:
      while (priorities_.size() < s.pending.size())
        priorities_.push_back(1U << 30U | static_cast<std::uint32_t>(random_.next() >> 34U));
      return highest(s);
    default:
      return default_thread(s);
  }
}

kernel::ThreadId Fuzzed::pick(const Situation& s) {
  step_ = s.step;
  while (next_policy_ < policies_.size() && policies_[next_policy_].step <= s.step) take_policy();
  const bool tired = tired_ != kernel::no_thread && tired_ == s.current;
  tired_ = kernel::no_thread;
  kernel::ThreadId t = by_policy(s);
  if (next_switch_ < switches_.size() && switches_[next_switch_].step <= s.step) {
    const std::uint8_t which = switches_[next_switch_++].which;
    if (policy_ == by_priorities) {
      priorities_[t] = --lowest_;
      return highest(s);
    }
    // A switch to somebody else, if there is anybody else: it would be wasted on the thread that moves
    // anyway.
    for (std::uint32_t n = 1 + which % static_cast<std::uint32_t>(s.movable.size()); n > 0; --n)
      t = next_after(s, t);
    return t;
  }
  return tired && t == s.current && policy_ == by_default ? next_after(s, t) : t;
}

std::uint32_t Fuzzed::draw(std::uint32_t n, Draw what) {
  if (what == Draw::choose)
    return next_choice_ < input_.scenario.size() ? input_.scenario[next_choice_++] % n : 0;
  if (n > 1 && next_store_ < stores_.size() && stores_[next_store_].step <= step_)
    return 1 + stores_[next_store_++].which % (n - 1);
  if (policy_ == by_walk) return random_.below(n);
  return policy_ == by_order ? pos_.draw(n, what) : 0;
}

void Fuzzed::spawned(kernel::ThreadId t) {
  if (follows_pos_) pos_.spawned(t);
}

void Fuzzed::arrived(kernel::ThreadId t) {
  if (follows_pos_) pos_.arrived(t);
}

void Fuzzed::yielded(kernel::ThreadId t) {
  tired_ = t;
  if (follows_pos_) pos_.yielded(t);
  if (policy_ == by_priorities && t < priorities_.size()) priorities_[t] = --lowest_;
}

void Fuzzed::waited(kernel::ThreadId t) {
  tired_ = t;
  if (follows_pos_) pos_.waited(t);
  if (policy_ == by_priorities && t < priorities_.size() && random_.below(2) == 0) priorities_[t] = --lowest_;
}

// Plain memory has no events in the graph: the latest write is what is read.
void Fuzzed::performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) {
  if (follows_pos_) pos_.performed(t, op, s);
  if (t >= performed_.size()) performed_.resize(t + 1);
  const std::uint32_t index = ++performed_[t];
  if (op.plain == kernel::PlainAccess::none) return;
  const std::uint64_t access = std::uint64_t{1} << 63U | event(t, index);
  PlainWrite& last = plain_writes_[op.site.object * 0x9e3779b97f4a7c15U >> 54U];
  const bool known = last.place == op.site.object && last.begun == begun_;
  if (touch(op) == Touch::writes) {
    last = {op.site.object, begun_, access};
  } else if (known) {
    happened(access, last.event);
  }
}

void Fuzzed::happened(std::uint64_t reader, std::uint64_t source) {
  source_.happened(reader * 0x9e3779b97f4a7c15U ^ source * 0xd1342543de82ef95U);
}

void Fuzzed::read(const kernel::Graph& graph, kernel::Stamp stamp) {
  const kernel::Event& reader = graph[stamp];
  std::uint64_t source = ~std::uint64_t{0};
  if (reader.source != kernel::initial_stamp && reader.source != kernel::no_stamp) {
    const kernel::Event& writer = graph[reader.source];
    source = event(writer.thread, writer.index);
  }
  happened(event(reader.thread, reader.index), source);
}

void Fuzzed::end(std::uint32_t) {
  if (!closed_) source_.done();
}

}  // namespace heddle::explore
