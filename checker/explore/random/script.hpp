// Follows a whole schedule step by step, skipping what cannot happen, and then the default policy.
#pragma once

#include "checker/explore/minimise.hpp"
#include "checker/explore/random/strategy.hpp"

namespace heddle::explore {

class Script final : public Strategy {
 public:
  void follow(const Steps& steps) { steps_ = steps; }
  const char* name() const override { return "replay"; }
  void begin(std::uint64_t) override { next_ = 0; }
  kernel::ThreadId pick(const Situation& s) override {
    while (next_ < steps_.size()) {
      const Step step = steps_[next_++];
      if (!s.may_move(step.thread)) continue;
      alternative_ = step.alternative;
      return step.thread;
    }
    alternative_ = 0;
    return default_thread(s);
  }
  std::uint32_t draw(std::uint32_t n, Draw) override { return alternative_ < n ? alternative_ : 0; }

 private:
  Steps steps_;
  std::size_t next_ = 0;
  std::uint32_t alternative_ = 0;
};

}  // namespace heddle::explore
