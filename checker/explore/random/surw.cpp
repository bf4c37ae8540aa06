#include "checker/explore/random/surw.hpp"

#include <algorithm>
#include <bit>

#include "checker/explore/random/conflict.hpp"

namespace heddle::explore {

using kernel::no_thread;
using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

namespace {

// Accesses remembered of one execution; what comes later is not interesting.
constexpr std::size_t seen_max = std::size_t{1} << 16;
// Moves without an interesting one after which the choice of the intended thread is made anew.
constexpr std::uint32_t idle_max = 2000;

}  // namespace

template <class Rest>
typename SurwOver<Rest>::Thread& SurwOver<Rest>::thread(ThreadId t) {
  if (t >= threads_.size()) threads_.resize(t + 1);
  return threads_[t];
}

template <class Rest>
bool SurwOver<Rest>::interesting(const Operation* op) const {
  return location_ != 0 && op != nullptr && touch(*op) != Touch::nothing && place_of(*op) == location_;
}

template <class Rest>
void SurwOver<Rest>::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0xa0761d6478bd642fULL);
  // Later executions may come to code and locations the first ones did not; profiling them all costs too
  // much.
  ++begun_;
  profiling_ = begun_ <= 4 || std::has_single_bit(begun_);
  seen_.clear();
  intended_ = last_spawner_ = no_thread;
  idle_ = 0;
  rest_.begin(execution);
  for (Thread& t : threads_) {
    t.remaining = 0;
    t.alive = false;
  }
  draw_location();
}

template <class Rest>
void SurwOver<Rest>::draw_location() {
  location_ = 0;
  if (round_.empty()) begin_round();
  if (round_.empty()) return;
  location_ = round_.back();
  round_.pop_back();
  const auto begins = [&](const Accesses& a) { return a.location < location_; };
  const auto ends = [&](const Accesses& a) { return a.location <= location_; };
  expect(static_cast<std::size_t>(std::partition_point(profile_.begin(), profile_.end(), begins) -
                                  profile_.begin()),
         static_cast<std::size_t>(std::partition_point(profile_.begin(), profile_.end(), ends) -
                                  profile_.begin()));
}

// The locations that several threads access and one at least writes, in a random order.
template <class Rest>
void SurwOver<Rest>::begin_round() {
  for (std::size_t first = 0; first < profile_.size();) {
    std::size_t last = first;
    bool writes = false;
    for (; last < profile_.size() && profile_[last].location == profile_[first].location; ++last) {
      writes = writes || profile_[last].writes;
    }
    if (writes && last - first > 1) {
      round_.push_back(profile_[first].location);
      std::swap(round_.back(), round_[random_.below(static_cast<std::uint32_t>(round_.size()))]);
    }
    first = last;
  }
}

template <class Rest>
void SurwOver<Rest>::expect(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) thread(profile_[i].thread).remaining = profile_[i].count;
  // A creator's number is below those of the threads it creates, but for numbers used again.
  for (auto t = static_cast<ThreadId>(threads_.size()); t-- > 1;) {
    const ThreadId parent = threads_[t].parent;
    if (parent < t) threads_[parent].remaining += threads_[t].remaining;
  }
}

template <class Rest>
template <class May>
void SurwOver<Rest>::intend(const Situation& s, May&& may) {
  const auto weight = [&](ThreadId t) -> std::uint64_t {
    if (!threads_[t].alive || !may(t)) return 0;
    const bool waits = t < s.pending.size() && interesting(s.pending[t]);
    return std::max<std::uint64_t>(threads_[t].remaining, waits ? 1 : 0);
  };
  std::uint64_t sum = 0;
  intended_ = no_thread;
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    const std::uint64_t w = weight(t);
    sum += w;
    if (w != 0 && random_.next() % sum < w) intended_ = t;
  }
}

template <class Rest>
ThreadId SurwOver<Rest>::pick(const Situation& s) {
  if (location_ == 0) return rest_.pick(s);
  if (++idle_ > idle_max) {
    idle_ = 0;
    intend(s, [&](ThreadId t) { return t != s.current && s.may_move(t); });
  } else if (intended_ == no_thread) {
    intend(s, [](ThreadId) { return true; });
  }
  free_.clear();
  for (const ThreadId t : s.movable) {
    if (t == intended_ || !interesting(s.pending[t])) free_.push_back(t);
  }
  if (!free_.empty()) {
    Situation rest = s;
    rest.movable = {free_.data(), free_.size()};
    return rest_.pick(rest);
  }
  intend(s, [&](ThreadId t) { return s.may_move(t); });  // the intended thread waits for one of these
  return intended_;
}

template <class Rest>
void SurwOver<Rest>::spawned(ThreadId t) {
  rest_.spawned(t);
  Thread& child = thread(t);
  child.alive = true;
  child.parent = last_spawner_;
  if (last_spawner_ == no_thread) return;
  std::uint64_t& expected = threads_[last_spawner_].remaining;
  const std::uint64_t both = std::max(expected, child.remaining);
  expected = both - child.remaining;
  // What was intended of the creator is now one of the two's.
  if (intended_ == last_spawner_ && both != 0 && random_.next() % both < child.remaining) intended_ = t;
}

template <class Rest>
void SurwOver<Rest>::performed(ThreadId t, const Operation& op, const Situation& s) {
  rest_.performed(t, op, s);
  last_spawner_ = op.kind == OperationKind::spawn ? t : no_thread;
  if (profiling_ && touch(op) != Touch::nothing && seen_.size() < seen_max) {
    seen_.push_back({place_of(op), t, 1, touch(op) == Touch::writes});
  }
  if (interesting(&op)) {
    idle_ = 0;
    if (threads_[t].remaining != 0) --threads_[t].remaining;
    intended_ = no_thread;
  }
  if (op.kind == OperationKind::exit) {
    threads_[t].alive = false;
    if (intended_ == t) intended_ = no_thread;
  }
}

// The others may all be waiting for the thread it waits for to be intended.
template <class Rest>
void SurwOver<Rest>::yielded(ThreadId t) {
  rest_.yielded(t);
  idle_ = idle_max;
}

template <class Rest>
void SurwOver<Rest>::waited(ThreadId t) {
  rest_.waited(t);
  if (random_.below(2) == 0) idle_ = idle_max;
}

template <class Rest>
void SurwOver<Rest>::end(std::uint32_t) {
  if (profiling_) learn();
}

// The profile becomes, for each location and thread, the larger of what it was and what was seen.
template <class Rest>
void SurwOver<Rest>::learn() {
  const auto same = [](const Accesses& a, const Accesses& b) {
    return a.location == b.location && a.thread == b.thread;
  };
  const auto before = [](const Accesses& a, const Accesses& b) {
    return a.location != b.location ? a.location < b.location : a.thread < b.thread;
  };
  const auto fold = [&](kernel::Vector<Accesses>& list, auto&& into) {
    std::sort(list.begin(), list.end(), before);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (kept != 0 && same(list[kept - 1], list[i])) {
        into(list[kept - 1].count, list[i].count);
        list[kept - 1].writes = list[kept - 1].writes || list[i].writes;
      } else {
        list[kept++] = list[i];
      }
    }
    list.resize(kept);
  };
  fold(seen_, [](std::uint32_t& sum, std::uint32_t more) { sum += more; });
  for (const Accesses& a : seen_) profile_.push_back(a);
  fold(profile_, [](std::uint32_t& most, std::uint32_t other) { most = std::max(most, other); });
}

template class SurwOver<RandomWalk>;
template class SurwOver<Pos>;

}  // namespace heddle::explore
