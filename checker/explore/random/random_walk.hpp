// Uniform choice among the threads that can move, at every operation.
#pragma once

#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class RandomWalk final : public Strategy {
 public:
  explicit RandomWalk(std::uint64_t seed) : seed_(seed) {}
  const char* name() const override { return "random_walk"; }
  void begin(std::uint64_t execution) override {
    random_ = kernel::Random(seed_ ^ execution * 0xd1342543de82ef95ULL);
  }
  kernel::ThreadId pick(const Situation& s) override {
    return s.movable[s.movable.size() == 1 ? 0 : random_.below(static_cast<std::uint32_t>(s.movable.size()))];
  }
  std::uint32_t draw(std::uint32_t n, Draw) override { return random_.below(n); }

 private:
  std::uint64_t seed_;
  kernel::Random random_;
};

}  // namespace heddle::explore
