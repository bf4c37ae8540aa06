// Every schedule with few preemptions, those with the fewest first.
//
// Source: Musuvathi, Qadeer, "Iterative context bounding for systematic testing of multithreaded programs",
// PLDI 2007. Depth first over all decisions; a preemption, leaving a thread that could go on, costs one, and
// only schedules that cost at most the bound are run: first 0, then 1, and so on. What a thread that waits or
// ends is followed by is free. Differences: a surprise (an older store read, a store placed before another, a
// choice other than the first, a timeout that nothing enforces) costs one as well, so that the same bound
// works for all of them; each bound runs the cheaper schedules again instead of keeping a list of them; a
// thread that sleeps, yields or goes round in a loop lets the others move first (fair scheduling, Musuvathi,
// Qadeer, PLDI 2008), but one that slept or yielded may go on for one, and one whose timeout was paid for
// does so freely; and the process may end at any moment without cost.
#pragma once

#include "checker/explore/random/strategy.hpp"
#include "checker/kernel/memory.hpp"

namespace heddle::explore {

class Bounded final : public Strategy {
 public:
  static constexpr std::uint32_t no_bound = ~std::uint32_t{0};
  // The search ends after all schedules that cost at most `most`.
  explicit Bounded(std::uint32_t most = no_bound) : most_(most) {}

  const char* name() const override { return "bounded"; }
  void begin(std::uint64_t execution) override;
  kernel::ThreadId pick(const Situation& s) override;
  std::uint32_t draw(std::uint32_t n, Draw what) override;
  void performed(kernel::ThreadId t, const kernel::Operation&, const Situation&) override;
  void yielded(kernel::ThreadId t) override { defer(t, Turn::others); }
  void waited(kernel::ThreadId t) override {
    if (!paid_for_timeout_) defer(t, Turn::others_unless_paid);
  }
  void end(std::uint32_t steps) override;
  bool finished() const override { return finished_; }

  // All schedules that cost at most so many were run; -1: not even those without any cost.
  std::int64_t completed() const override { return completed_; }

 private:
  enum class Turn : std::uint8_t { its_own, others_unless_paid, others };
  struct Decision {
    std::uint32_t taken;
    std::uint32_t possibilities;  // that can be paid for
  };
  // Which of the possibilities this execution takes; the first one where it comes for the first time.
  std::uint32_t decide(std::uint32_t possibilities);
  void pay(std::uint32_t cost) { spent_ += cost; }
  void defer(kernel::ThreadId t, Turn turn);

  std::uint32_t most_;
  std::uint32_t bound_ = 0;
  std::uint32_t spent_ = 0;
  std::size_t depth_ = 0;  // decisions of the present execution
  kernel::Vector<Decision> decisions_;
  kernel::Vector<Turn> turns_;     // by thread
  bool paid_for_timeout_ = false;  // the latest step is a timeout that nothing enforces
  kernel::Vector<kernel::ThreadId> candidates_;
  std::int64_t completed_ = -1;
  bool more_would_cost_ = false;  // something was not tried because of the bound
  bool finished_ = false;
};

}  // namespace heddle::explore
