#include "checker/explore/random/rff.hpp"

#include <algorithm>

#include "checker/kernel/graph.hpp"

namespace heddle::explore {

using kernel::Operation;
using kernel::ThreadId;

namespace {

// Abstract schedules kept.
constexpr std::size_t corpus_max = 1024;
// Executions in a row with mutants of one schedule.
constexpr std::uint32_t energy_max = 64;
// What waiting threads may cost in one execution: a move of another one is 1, a sign of a spinning loop more.
constexpr std::uint32_t patience_max = 2000;
constexpr std::uint32_t cost_of_spinning = 250;
// Writes remembered by their place in the graph, which renumbers long executions anyway.
constexpr std::size_t stamps_max = std::size_t{1} << 16U;

}  // namespace

void Rff::begin(std::uint64_t execution) {
  // An execution that is begun again, with more room for threads, has the same schedule.
  if (execution != execution_) {
    random_ = kernel::Random(seed_ ^ execution * 0x8ebc6af09c88c6e3ULL);
    choose_schedule();
  }
  execution_ = execution;
  pos_.begin(execution);
  accesses_.begin_execution();
  for (std::uint32_t i = 0; i < constraints_max; ++i) {
    is_last_[i] = i < schedule_.size && schedule_.constraints[i].write == no_access;
    met_[i] = false;
  }
  patience_ = patience_max;
  writes_.clear();
  reads_ = 0;
  new_pair_ = false;
  moving_ = no_access;
}

// The next one whose reads are not commoner than the mean; its mutants have the next executions.
void Rff::choose_schedule() {
  for (std::size_t i = 0; energy_ == 0; ++i) {
    turn_ = (turn_ + 1) % corpus_.size();
    Abstract& candidate = corpus_[turn_];
    const std::uint32_t same = accesses_.executions_with(candidate.reads);
    if (same > accesses_.mean_of_sets() && i < corpus_.size()) continue;
    const std::uint64_t grown = std::uint64_t{1} << std::min(candidate.turns, 20U);
    energy_ =
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(grown / std::max(same, 1U), 1, energy_max));
    ++candidate.turns;
  }
  --energy_;
  schedule_ = corpus_[turn_];
  do mutate(schedule_);
  while (random_.below(2) == 0);
}

bool Rff::draw_constraint(Constraint& out) {
  KnownAccesses::Access write;
  KnownAccesses::Access read;
  if (!accesses_.draw(random_, write, read)) return false;
  out = {read.place, write.id, read.id, random_.below(4) != 0};
  return true;
}

void Rff::mutate(Abstract& schedule) {
  enum { add, replace, negate, remove, kinds };
  const std::uint32_t kind = schedule.size == 0 ? std::uint32_t{add} : random_.below(kinds);
  const std::uint32_t which = schedule.size == 0 ? 0 : random_.below(schedule.size);
  Constraint drawn;
  if (kind == negate) {
    schedule.constraints[which].positive = !schedule.constraints[which].positive;
  } else if (kind == remove) {
    schedule.constraints[which] = schedule.constraints[--schedule.size];
  } else if (draw_constraint(drawn)) {
    const bool grows = kind == add && schedule.size < constraints_max;
    schedule.constraints[grows ? schedule.size++ : which] = drawn;
  }
}

Rff::Advice Rff::advice(const Operation& op) const {
  const AccessId access = access_of(op);
  if (access == no_access) return Advice::indifferent;
  const std::uint64_t place = place_of(op);
  Advice result = Advice::indifferent;
  for (std::uint32_t i = 0; i < schedule_.size; ++i) {
    const Constraint& c = schedule_.constraints[i];
    if (c.place != place || met_[i]) continue;
    if (access == c.read) {
      if (c.positive != is_last_[i]) return Advice::wait;
      if (c.positive) result = Advice::now;
    } else if (c.positive && is_last_[i] && touch(op) == Touch::writes && access != c.write) {
      return Advice::wait;  // it would hide what is to be read
    }
  }
  return result;
}

ThreadId Rff::pick(const Situation& s) {
  ThreadId t = kernel::no_thread;
  free_.clear();
  if (schedule_.size != 0 && patience_ != 0) {
    for (const ThreadId m : s.movable) {
      const Advice what = s.pending[m] == nullptr ? Advice::indifferent : advice(*s.pending[m]);
      if (what == Advice::now) t = m;
      if (what != Advice::wait) free_.push_back(m);
    }
    if (!free_.empty() && free_.size() != s.movable.size()) lose_patience(1);
  }
  Situation rest = s;
  if (t != kernel::no_thread) {
    rest.movable = {&t, 1};
  } else if (!free_.empty()) {
    rest.movable = {free_.data(), free_.size()};
  }
  t = pos_.pick(rest);
  moving_ = s.pending[t] == nullptr ? no_access : access_of(*s.pending[t]);
  if (moving_ != no_access) moving_place_ = place_of(*s.pending[t]);
  return t;
}

std::uint32_t Rff::draw(std::uint32_t n, Draw what) {
  if (what == Draw::read && patience_ != 0) {
    for (std::uint32_t i = 0; i < schedule_.size; ++i) {
      const Constraint& c = schedule_.constraints[i];
      if (c.read != moving_ || met_[i] || !is_last_[i]) continue;
      if (c.positive) return 0;
      if (n > 1) return 1 + random_.below(n - 1);
    }
  }
  return pos_.draw(n, what);
}

void Rff::stored(std::uint64_t place, AccessId access) {
  for (std::uint32_t i = 0; i < schedule_.size; ++i) {
    const Constraint& c = schedule_.constraints[i];
    if (c.place == place) is_last_[i] = c.write == access;
  }
}

void Rff::happened(std::uint64_t place, AccessId write, AccessId read) {
  for (std::uint32_t i = 0; i < schedule_.size; ++i) {
    const Constraint& c = schedule_.constraints[i];
    if (c.positive && c.place == place && c.write == write && c.read == read) met_[i] = true;
  }
  const KnownAccesses::Pair pair = accesses_.note_pair(write, read);
  if (pair == KnownAccesses::Pair::known) return;
  // Whatever the order of the pairs.
  kernel::Random mix(write * 0x589965cc75374cc3ULL ^ read);
  reads_ += mix.next();
  new_pair_ = new_pair_ || pair == KnownAccesses::Pair::fresh;
}

void Rff::read(const kernel::Graph& graph, kernel::Stamp stamp) {
  const kernel::Stamp source = graph[stamp].source;
  if (moving_ == no_access || graph.compacted()) return;
  const bool known = source != kernel::initial_stamp && source < writes_.size();
  if (source == kernel::initial_stamp || known) {
    happened(moving_place_, known ? writes_[source] : no_access, moving_);
  }
}

void Rff::wrote(const kernel::Graph& graph, kernel::Stamp stamp) {
  if (moving_ == no_access || graph.compacted() || stamp >= stamps_max) return;
  writes_.resize(stamp + 1);
  writes_[stamp] = moving_;
  stored(moving_place_, moving_);
}

void Rff::performed(ThreadId t, const Operation& op, const Situation& s) {
  pos_.performed(t, op, s);
  if (moving_ == no_access) return;
  // Plain memory has no events in the graph: the latest write is what is read.
  const bool plain = op.plain != kernel::PlainAccess::none;
  if (plain && touch(op) == Touch::reads)
    happened(moving_place_, accesses_.last_write(moving_place_), moving_);
  if (plain && touch(op) == Touch::writes) stored(moving_place_, moving_);
  accesses_.note(op, t);
}

void Rff::lose_patience(std::uint32_t by) { patience_ -= std::min(patience_, by); }

void Rff::yielded(ThreadId t) {
  pos_.yielded(t);
  lose_patience(cost_of_spinning);
}

void Rff::waited(ThreadId t) {
  pos_.waited(t);
  lose_patience(cost_of_spinning);
}

void Rff::end(std::uint32_t) {
  accesses_.count_execution(reads_);
  if (!new_pair_ || corpus_.size() == corpus_max) return;
  schedule_.reads = reads_;
  schedule_.turns = 0;
  corpus_.push_back(schedule_);
}

}  // namespace heddle::explore
