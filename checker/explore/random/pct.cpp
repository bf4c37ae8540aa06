#include "checker/explore/random/pct.hpp"

#include <algorithm>

namespace heddle::explore {

void Pct::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0x9fb21c651e98df25ULL);
  priorities_.clear();
  lowest_ = 0;
  change_points_.clear();
  for (std::uint32_t i = 1; i < depth_; ++i) change_points_.push_back(random_.below(steps_expected_));
  std::sort(change_points_.begin(), change_points_.end(), std::greater<>());
}

void Pct::spawned(kernel::ThreadId t) {
  if (t >= priorities_.size()) priorities_.resize(t + 1);
  priorities_[t] = static_cast<std::int64_t>(random_.next() >> 2);
}

kernel::ThreadId Pct::pick(const Situation& s) {
  while (!change_points_.empty() && change_points_.back() <= s.step) {
    change_points_.pop_back();
    if (s.current != kernel::no_thread) priorities_[s.current] = --lowest_;
  }
  kernel::ThreadId best = s.movable[0];
  for (const kernel::ThreadId t : s.movable) {
    if (priorities_[t] > priorities_[best]) best = t;
  }
  return best;
}

void Pct::end(std::uint32_t steps) {
  steps_expected_ = std::max<std::uint32_t>(steps_expected_, std::min(steps, 1U << 20));
}

}  // namespace heddle::explore
