#include "checker/explore/random/fuzzed.hpp"

#include "checker/kernel/graph.hpp"

namespace heddle::explore {

void Fuzzed::begin(std::uint64_t execution) {
  // An execution that is begun again, with more room for threads, has the same input.
  if (execution != execution_ && !source_.next(input_)) {
    closed_ = true;
    input_ = {};
  }
  execution_ = execution;
  switches_.clear();
  stores_.clear();
  std::uint32_t step = 0;
  for (std::size_t i = 0; i + record_bytes <= input_.schedule.size(); i += record_bytes) {
    step += input_.schedule[i + 1];
    const Point point{step, input_.schedule[i + 2]};
    (input_.schedule[i] % 4 == other_store ? stores_ : switches_).push_back(point);
  }
  next_switch_ = next_store_ = next_choice_ = 0;
  step_ = 0;
  tired_ = kernel::no_thread;
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

kernel::ThreadId Fuzzed::pick(const Situation& s) {
  step_ = s.step;
  const bool tired = tired_ != kernel::no_thread && tired_ == s.current;
  tired_ = kernel::no_thread;
  if (next_switch_ < switches_.size() && switches_[next_switch_].step <= s.step) {
    const std::uint8_t which = switches_[next_switch_++].which;
    // A switch to somebody else, if there is anybody else: it would be wasted on the thread that moves
    // anyway.
    kernel::ThreadId t = default_thread(s);
    for (std::uint32_t n = 1 + which % static_cast<std::uint32_t>(s.movable.size()); n > 0; --n)
      t = next_after(s, t);
    return t;
  }
  return tired ? next_after(s, s.current) : default_thread(s);
}

std::uint32_t Fuzzed::draw(std::uint32_t n, Draw what) {
  if (what == Draw::choose)
    return next_choice_ < input_.scenario.size() ? input_.scenario[next_choice_++] % n : 0;
  if (n == 1 || next_store_ == stores_.size() || stores_[next_store_].step > step_) return 0;
  return 1 + stores_[next_store_++].which % (n - 1);
}

void Fuzzed::read(const kernel::Graph& graph, kernel::Stamp stamp) {
  const kernel::Event& reader = graph[stamp];
  std::uint64_t source = ~std::uint64_t{0};
  if (reader.source != kernel::initial_stamp && reader.source != kernel::no_stamp) {
    const kernel::Event& writer = graph[reader.source];
    source = std::uint64_t{writer.thread} << 32U | writer.index;
  }
  source_.happened((std::uint64_t{reader.thread} << 32U | reader.index) * 0x9e3779b97f4a7c15U ^
                   source * 0xd1342543de82ef95U);
}

void Fuzzed::end(std::uint32_t) {
  if (!closed_) source_.done();
}

}  // namespace heddle::explore
