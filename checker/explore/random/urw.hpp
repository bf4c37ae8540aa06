// URW: uniform random walk over interleavings.
//
// Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025. The
// thread that moves is drawn with a chance in proportion to the operations it is expected to do still, those
// of threads it is yet to create included: if the expectation is right, all interleavings are equally likely.
// Differences: what is expected is the largest count of earlier executions; threads start and joins return as
// soon as they can, neither of which anybody notices, and what comes after a join counts only from then on,
// so that waiting for the others at the end of a program does not make its beginning likelier; a thread that
// goes round in a loop, and one that sleeps or times out every other time, is left out until another has
// moved.
#pragma once

#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class Urw final : public Strategy {
 public:
  explicit Urw(std::uint64_t seed) : seed_(seed) {}
  const char* name() const override { return "urw"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw) override { return random_.below(n); }
  void spawned(kernel::ThreadId t) override;
  void performed(kernel::ThreadId t, const kernel::Operation& op, const Situation& s) override;
  void yielded(kernel::ThreadId t) override { threads_[t].rests = somebody_rests_ = true; }
  void waited(kernel::ThreadId t) override {
    if (random_.below(2) == 0) yielded(t);
  }
  void end(std::uint32_t steps) override;

 private:
  // What a thread does between two joins; the last segment has all the rest.
  static constexpr std::uint32_t segments_max = 8;
  struct Segment {
    std::uint32_t done = 0;       // operations in the current execution
    std::uint32_t expected = 0;   // the most of the earlier ones
    std::uint64_t remaining = 0;  // still to be done, by threads created here as well
  };
  struct Thread {
    Segment segments[segments_max];
    std::uint32_t segment = 0;                    // the current one
    kernel::ThreadId parent = kernel::no_thread;  // in the latest execution that had this thread
    std::uint32_t parent_segment = 0;
    bool rests = false;  // until another one has moved

    std::uint64_t total() const {
      std::uint64_t sum = 0;
      for (const Segment& s : segments) sum += s.remaining;
      return sum;
    }
  };

  std::uint64_t seed_;
  kernel::Random random_;
  kernel::Vector<Thread> threads_;
  kernel::ThreadId last_spawner_ = kernel::no_thread;
  bool somebody_rests_ = false;
};

}  // namespace heddle::explore
