// The default: SURW over POS, which needs the fewest executions on most programs of docs/benchmarks.md, and
// every eighth execution PCT, whose bound holds whatever a program is like.
#pragma once

#include "checker/explore/random/pct.hpp"
#include "checker/explore/random/surw.hpp"

namespace heddle::explore {

class Portfolio final : public Strategy {
 public:
  explicit Portfolio(std::uint64_t seed) : surw_(seed), pct_(seed, 3), deep_(seed + 1, 10) {}
  const char* name() const override { return current_->name(); }
  void begin(std::uint64_t execution) override {
    current_ = execution % 8 != 0 ? static_cast<Strategy*>(&surw_) : execution % 16 != 0 ? &pct_ : &deep_;
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
  void waited(kernel::ThreadId t) override { current_->waited(t); }
  void end(std::uint32_t steps) override {
    pct_.end(steps);
    deep_.end(steps);
    if (current_ == &surw_) surw_.end(steps);
  }

 private:
  SurwOverPos surw_;
  Pct pct_;
  Pct deep_;
  Strategy* current_ = &surw_;
};

}  // namespace heddle::explore
