#include "checker/explore/exhaustive/parts_estimate.hpp"

#include <algorithm>

namespace heddle::explore {

PartsEstimate::PartsEstimate(ProbingExplorer& prober, const Ground& ground, const kernel::Vector<Part>& parts,
                             std::uint64_t seed)
    : prober_(prober), ground_(ground), parts_(parts), random_(seed) {
  stratify();
}

// Single items, then twice as many at a time; where parts are many, neighbours share a stratum.
void PartsEstimate::stratify() {
  std::uint64_t begin = 0;
  for (const Part& part : parts_) {
    const std::uint64_t end = begin + (part.whole ? 1 : part.end - part.begin);
    ends_.push_back(end);
    constexpr std::uint64_t singles = 8;
    for (std::uint64_t first = begin; begin < end;) {
      const std::uint64_t size = begin - first < singles ? 1 : (begin - first) / 2;
      strata_.push_back({begin, std::min(begin + size, end)});
      begin = strata_.back().end;
    }
  }
  while (strata_.size() > strata_max) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < strata_.size(); i += 2) {
      strata_[kept++] = {strata_[i].begin, strata_[std::min(i + 1, strata_.size() - 1)].end};
    }
    strata_.resize(kept);
  }
}

void PartsEstimate::descend() {
  const Stratum& stratum = strata_[stratum_];
  const std::uint64_t item =
      stratum.begin + random_.below(static_cast<std::uint32_t>(stratum.end - stratum.begin));
  const auto found = std::upper_bound(ends_.begin(), ends_.end(), item);
  Part part = parts_[static_cast<std::size_t>(found - ends_.begin())];
  if (!part.whole) {
    part.begin = part.end - static_cast<std::uint32_t>(*found - item);
    part.end = part.begin + 1;
  }
  prober_.take_up(ground_, {}, {});
  prober_.descend(part);
}

bool PartsEstimate::next_execution(std::uint32_t guesses) {
  for (;;) {
    if (descending_) {
      if (prober_.next_execution()) return true;
      descending_ = false;
      sum_ += static_cast<double>(strata_[stratum_].end - strata_[stratum_].begin) * prober_.result();
      ++stratum_;
    }
    if (stratum_ == strata_.size()) {
      guesses_.add(sum_);
      sum_ = 0;
      stratum_ = 0;
    }
    if (guesses_.size() >= guesses) return false;
    if (strata_.empty()) continue;
    descend();
    descending_ = true;
  }
}

}  // namespace heddle::explore
