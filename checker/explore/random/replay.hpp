// Follows a schedule, and the default policy where the schedule says nothing.
#pragma once

#include "checker/explore/random/strategy.hpp"
#include "checker/explore/schedule.hpp"

namespace heddle::explore {

class Replay final : public Strategy {
 public:
  void follow(const Schedule& schedule) { decisions_ = schedule.decisions; }
  const char* name() const override { return "replay"; }
  void begin(std::uint64_t) override {
    next_ = 0;
    applied_ = false;
    unusable_ = 0;
  }
  kernel::ThreadId pick(const Situation& s) override {
    applied_ = next_ < decisions_.size() && decisions_[next_].step == s.step;
    if (applied_) {
      decision_ = decisions_[next_++];
      if (decision_.thread != kernel::no_thread) {
        if (s.may_move(decision_.thread)) return decision_.thread;
        ++unusable_;
      }
    }
    return default_thread(s);
  }
  std::uint32_t draw(std::uint32_t n, Draw) override {
    if (!applied_) return 0;
    if (decision_.alternative >= n) {
      ++unusable_;
      return 0;
    }
    return decision_.alternative;
  }
  // Decisions that did not fit the execution (0 for a faithful replay).
  std::uint32_t unusable() const { return unusable_; }

 private:
  kernel::Vector<Decision> decisions_;
  std::size_t next_ = 0;
  Decision decision_;
  bool applied_ = false;
  std::uint32_t unusable_ = 0;
};

}  // namespace heddle::explore
