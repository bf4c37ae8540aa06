// Follows the first steps of a schedule and then moves uniformly at random: a sample of what can still become
// of it.
#pragma once

#include "checker/explore/minimise.hpp"
#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class Continuation final : public Strategy {
 public:
  explicit Continuation(std::uint64_t seed) : seed_(seed) {}
  // In the executions to come.
  void follow(const Steps& steps, std::size_t count) {
    beginning_.assign(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
  }
  const char* name() const override { return "continuation"; }
  void begin(std::uint64_t execution) override {
    next_ = 0;
    random_ = kernel::Random(seed_ ^ execution * 0xd1342543de82ef95ULL);
  }
  kernel::ThreadId pick(const Situation& s) override {
    while (next_ < beginning_.size()) {
      const Step& step = beginning_[next_++];
      if (!s.may_move(step.thread)) continue;
      follows_ = true;
      alternative_ = step.alternative;
      return step.thread;
    }
    follows_ = false;
    return s.movable[random_.below(static_cast<std::uint32_t>(s.movable.size()))];
  }
  std::uint32_t draw(std::uint32_t n, Draw) override {
    if (!follows_) return random_.below(n);
    return alternative_ < n ? alternative_ : 0;
  }

 private:
  std::uint64_t seed_;
  kernel::Random random_;
  Steps beginning_;
  std::size_t next_ = 0;
  std::uint32_t alternative_ = 0;
  bool follows_ = false;
};

}  // namespace heddle::explore
