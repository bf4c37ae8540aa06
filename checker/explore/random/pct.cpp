#include "checker/explore/random/pct.hpp"

#include <algorithm>

namespace heddle::explore {

void Pct::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0x9fb21c651e98df25ULL);
  priorities_.clear();
  lowest_ = 0;
  change_points_.clear();
  for (std::uint32_t i = 1; i < depth_; ++i) change_points_.push_back({random_.below(steps_expected_), i});
  std::sort(change_points_.begin(), change_points_.end(),
            [](const ChangePoint& a, const ChangePoint& b) { return a.step > b.step; });
}

void Pct::spawned(kernel::ThreadId t) {
  if (t >= priorities_.size()) priorities_.resize(t + 1);
  priorities_[t] = static_cast<std::int64_t>(depth_ + (random_.next() >> 2));
}

kernel::ThreadId Pct::highest(const Situation& s) const {
  kernel::ThreadId best = s.movable[0];
  for (const kernel::ThreadId t : s.movable) {
    if (priorities_[t] > priorities_[best]) best = t;
  }
  return best;
}

kernel::ThreadId Pct::pick(const Situation& s) {
  while (!change_points_.empty() && change_points_.back().step <= s.step) {
    priorities_[highest(s)] = change_points_.back().priority;
    change_points_.pop_back();
  }
  return highest(s);
}

void Pct::end(std::uint32_t steps) {
  steps_expected_ = std::max<std::uint32_t>(steps_expected_, std::min(steps, 1U << 20));
}

}  // namespace heddle::explore
