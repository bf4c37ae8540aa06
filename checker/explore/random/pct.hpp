// PCT: probabilistic concurrency testing.
//
// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with probabilistic guarantees
// of finding bugs", ASPLOS 2010. Threads get random priorities; the highest movable one runs; at depth-1
// random steps the thread about to move falls to the priority the step was given, lower than every initial
// one. Differences: the number of steps is learnt from earlier executions; a thread that spins falls
// below all others, one that sleeps or times out does so every other time; what a read reads is drawn
// uniformly.
#pragma once

#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class Pct final : public Strategy {
 public:
  Pct(std::uint64_t seed, std::uint32_t depth) : seed_(seed), depth_(depth) {}
  const char* name() const override { return "pct"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw) override { return random_.below(n); }
  void spawned(kernel::ThreadId t) override;
  void yielded(kernel::ThreadId t) override { priorities_[t] = --lowest_; }
  void waited(kernel::ThreadId t) override {
    if (random_.below(2) == 0) yielded(t);
  }
  void end(std::uint32_t steps) override;

 private:
  kernel::ThreadId highest(const Situation& s) const;
  struct ChangePoint {
    std::uint32_t step;
    std::int64_t priority;
  };
  std::uint64_t seed_;
  std::uint32_t depth_;
  std::uint32_t steps_expected_ = 16;
  kernel::Random random_;
  kernel::Vector<std::int64_t> priorities_;
  kernel::Vector<ChangePoint> change_points_;  // the next one last
  std::int64_t lowest_ = 0;
};

}  // namespace heddle::explore
