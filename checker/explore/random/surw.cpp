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

// Not 0. A plain access is known by where it begins: neighbours are different variables.
std::uint64_t location_of(const Operation& op) {
  constexpr std::uint64_t plain_bit = std::uint64_t{1} << 63;
  return op.plain != kernel::PlainAccess::none ? plain_bit | op.site.object : std::uint64_t{op.location} + 1;
}

}  // namespace

Surw::Thread& Surw::thread(ThreadId t) {
  if (t >= threads_.size()) threads_.resize(t + 1);
  return threads_[t];
}

bool Surw::interesting(const Operation* op) const {
  return location_ != 0 && op != nullptr && touch(*op) != Touch::nothing && location_of(*op) == location_;
}

void Surw::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0xa0761d6478bd642fULL);
  // Later executions may come to code and locations the first ones did not; profiling them all costs too
  // much.
  ++begun_;
  profiling_ = begun_ <= 4 || std::has_single_bit(begun_);
  seen_.clear();
  intended_ = last_spawner_ = no_thread;
  idle_ = 0;
  for (Thread& t : threads_) {
    t.remaining = 0;
    t.alive = false;
  }
  draw_location();
}

// Among the locations that several threads access and one at least writes.
void Surw::draw_location() {
  location_ = 0;
  std::uint32_t shared = 0;
  std::size_t chosen_first = 0;
  std::size_t chosen_last = 0;
  for (std::size_t first = 0; first < profile_.size();) {
    std::size_t last = first;
    bool writes = false;
    for (; last < profile_.size() && profile_[last].location == profile_[first].location; ++last) {
      writes = writes || profile_[last].writes;
    }
    if (writes && last - first > 1 && random_.below(++shared) == 0) {
      chosen_first = first;
      chosen_last = last;
    }
    first = last;
  }
  if (shared == 0) return;
  location_ = profile_[chosen_first].location;
  expect(chosen_first, chosen_last);
}

void Surw::expect(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) thread(profile_[i].thread).remaining = profile_[i].count;
  // A creator's number is below those of the threads it creates, but for numbers used again.
  for (auto t = static_cast<ThreadId>(threads_.size()); t-- > 1;) {
    const ThreadId parent = threads_[t].parent;
    if (parent < t) threads_[parent].remaining += threads_[t].remaining;
  }
}

template <class May>
void Surw::intend(const Situation& s, May&& may) {
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

ThreadId Surw::pick(const Situation& s) {
  if (location_ == 0) return s.movable[random_.below(static_cast<std::uint32_t>(s.movable.size()))];
  if (++idle_ > idle_max) {
    idle_ = 0;
    intend(s, [&](ThreadId t) { return t != s.current && s.may_move(t); });
  } else if (intended_ == no_thread) {
    intend(s, [](ThreadId) { return true; });
  }
  ThreadId chosen = no_thread;
  std::uint32_t free = 0;
  for (const ThreadId t : s.movable) {
    if (interesting(s.pending[t]) && t != intended_) continue;
    if (random_.below(++free) == 0) chosen = t;
  }
  if (chosen != no_thread) return chosen;
  intend(s, [&](ThreadId t) { return s.may_move(t); });  // the intended thread waits for one of these
  return intended_;
}

void Surw::spawned(ThreadId t) {
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

void Surw::performed(ThreadId t, const Operation& op, const Situation&) {
  last_spawner_ = op.kind == OperationKind::spawn ? t : no_thread;
  if (profiling_ && touch(op) != Touch::nothing && seen_.size() < seen_max) {
    seen_.push_back({location_of(op), t, 1, touch(op) == Touch::writes});
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
void Surw::yielded(ThreadId) { idle_ = idle_max; }

void Surw::end(std::uint32_t) {
  if (profiling_) learn();
}

// The profile becomes, for each location and thread, the larger of what it was and what was seen.
void Surw::learn() {
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

}  // namespace heddle::explore
