// Takes turns between strategies, execution by execution: the default where no single one is known to be
// best. None is a uniform random walk, which on no program of docs/schedules.md needs the fewest executions,
// and which is what SURW does until it knows what is shared.
#pragma once

#include "checker/explore/random/pct.hpp"
#include "checker/explore/random/pos.hpp"
#include "checker/explore/random/surw.hpp"

namespace heddle::explore {

class Portfolio final : public Strategy {
 public:
  explicit Portfolio(std::uint64_t seed) : surw_(seed), pos_(seed), pct_(seed, 3), deep_(seed + 1, 10) {}
  const char* name() const override { return current_->name(); }
  void begin(std::uint64_t execution) override {
    Strategy* const turns[] = {&pos_, &surw_, &pct_, &surw_, &pos_, &deep_};
    current_ = turns[execution % 6];
    current_->begin(execution);
  }
  kernel::ThreadId pick(const Situation& s) override { return current_->pick(s); }
  std::uint32_t draw(std::uint32_t n, Draw what) override { return current_->draw(n, what); }
  void spawned(kernel::ThreadId t) override { current_->spawned(t); }
  void arrived(kernel::ThreadId t) override { current_->arrived(t); }
  void performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) override {
    current_->performed(t, op, s);
  }
  void yielded(kernel::ThreadId t) override { current_->yielded(t); }
  void end(std::uint32_t steps) override {
    pct_.end(steps);
    deep_.end(steps);
    if (current_ == &surw_) surw_.end(steps);
  }

 private:
  Surw surw_;
  Pos pos_;
  Pct pct_;
  Pct deep_;
  Strategy* current_ = &pos_;
};

}  // namespace heddle::explore
