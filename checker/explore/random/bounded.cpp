#include "checker/explore/random/bounded.hpp"

#include <algorithm>

namespace heddle::explore {

using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

void Bounded::begin(std::uint64_t) {
  depth_ = 0;
  spent_ = 0;
  turns_.clear();
}

std::uint32_t Bounded::decide(std::uint32_t possibilities) {
  if (possibilities == 1) return 0;
  if (depth_ == decisions_.size()) decisions_.push_back({0, possibilities});
  const Decision& d = decisions_[depth_++];
  // A program that does not repeat itself is noticed elsewhere.
  return std::min(d.taken, possibilities - 1);
}

ThreadId Bounded::pick(const Situation& s) {
  paid_for_timeout_ = false;
  if (s.movable.size() == 1) return s.movable[0];
  const auto turn = [&](ThreadId t) { return t < turns_.size() ? turns_[t] : Turn::its_own; };
  const auto yields = [&](ThreadId t) { return turn(t) != Turn::its_own; };
  const auto gives_up = [&](ThreadId t) { return s.gives_up[t] != 0; };
  const bool all_yield = std::all_of(s.movable.begin(), s.movable.end(), yields);
  const auto deferred = [&](ThreadId t) { return yields(t) && !all_yield; };
  // Time passes while the others sleep.
  const bool all_give_up =
      std::all_of(s.movable.begin(), s.movable.end(), [&](ThreadId t) { return gives_up(t) || deferred(t); });
  const auto ends = [&](ThreadId t) {
    return s.pending[t] != nullptr && s.pending[t]->kind == OperationKind::finish;
  };
  const bool could_go_on =
      s.current_movable && !gives_up(s.current) && !deferred(s.current) && !ends(s.current);
  const auto cost = [&](ThreadId t) -> std::uint32_t {
    return (could_go_on && t != s.current && !ends(t) ? 1 : 0) + (gives_up(t) && !all_give_up ? 1 : 0) +
           (deferred(t) ? 1 : 0);
  };
  candidates_.clear();
  for (const ThreadId t : s.movable) {
    if (deferred(t) && turn(t) == Turn::others) continue;
    if (spent_ + cost(t) > bound_) {
      more_would_cost_ = true;
    } else {
      candidates_.push_back(t);
    }
  }
  // Only those that cannot be paid for are left out: the cheapest always can.
  if (candidates_.empty()) return default_thread(s);
  const ThreadId by_default = default_thread(s);
  const ThreadId usual = deferred(by_default) ? kernel::no_thread : by_default;
  std::sort(candidates_.begin(), candidates_.end(), [&](ThreadId a, ThreadId b) {
    if ((a == usual) != (b == usual)) return a == usual;
    return cost(a) != cost(b) ? cost(a) < cost(b) : a < b;
  });
  const ThreadId t = candidates_[decide(static_cast<std::uint32_t>(candidates_.size()))];
  pay(cost(t));
  paid_for_timeout_ = gives_up(t) && !all_give_up;
  return t;
}

std::uint32_t Bounded::draw(std::uint32_t n, Draw) {
  if (n == 1) return 0;
  if (spent_ == bound_) {
    more_would_cost_ = true;
    return 0;
  }
  const std::uint32_t drawn = decide(n);
  pay(drawn != 0 ? 1 : 0);
  return drawn;
}

void Bounded::performed(ThreadId t, const Operation& op, const Situation&) {
  // Whoever yielded has let others move.
  if (op.yields) return;
  for (ThreadId u = 0; u < turns_.size(); ++u) {
    if (u != t) turns_[u] = Turn::its_own;
  }
}

void Bounded::defer(ThreadId t, Turn turn) {
  if (t >= turns_.size()) turns_.resize(t + 1);
  turns_[t] = std::max(turns_[t], turn);
}

// The next execution in depth-first order: the last decision that has another possibility takes it.
void Bounded::end(std::uint32_t) {
  decisions_.resize(std::min(depth_, decisions_.size()));
  while (!decisions_.empty() && decisions_.back().taken + 1 >= decisions_.back().possibilities) {
    decisions_.pop_back();
  }
  if (!decisions_.empty()) {
    ++decisions_.back().taken;
    return;
  }
  // Where the bound left nothing out, higher ones would run the same schedules.
  completed_ = !more_would_cost_ && most_ != no_bound ? most_ : bound_;
  finished_ = bound_ == most_ || !more_would_cost_;
  ++bound_;
  more_would_cost_ = false;
}

}  // namespace heddle::explore
