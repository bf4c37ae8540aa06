// POS: partial order sampling.
//
// Source: Yuan, Yang, Gu, "Partial order aware concurrency sampling", CAV 2018. Every pending operation has a
// random priority; the highest moves; afterwards the operations that race with it draw again. Differences:
// operations on locks and other objects count as accesses to their location; a spinning thread falls below
// all others, and one that sleeps or times out every other time.
#pragma once

#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class Pos final : public Strategy {
 public:
  explicit Pos(std::uint64_t seed) : seed_(seed) {}
  const char* name() const override { return "pos"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw) override { return random_.below(n); }
  void spawned(kernel::ThreadId t) override { redraw(t); }
  void arrived(kernel::ThreadId t) override;
  void performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) override;
  // From here on as another seed would have it.
  void restart(std::uint64_t seed);
  // The pending operation falls below all others, or the next one if the thread is performing one.
  void yielded(kernel::ThreadId t) override;
  void waited(kernel::ThreadId t) override {
    if (random_.below(2) == 0) yielded(t);
  }

 private:
  struct Thread {
    std::uint64_t priority = 0;
    bool yields = false;  // its next operation is to have the lowest priority
  };
  void redraw(kernel::ThreadId t) {
    if (t >= threads_.size()) threads_.resize(t + 1);
    threads_[t].priority = random_.next() | 1;
  }
  std::uint64_t seed_;
  kernel::Random random_;
  kernel::Vector<Thread> threads_;
  kernel::ThreadId moving_ = kernel::no_thread;  // from pick to arrived
};

}  // namespace heddle::explore
