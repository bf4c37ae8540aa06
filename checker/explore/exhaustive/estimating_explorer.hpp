// The exhaustive search, interrupted now and then to estimate how many executions it will have.
//
// What is done is counted; what is left is the open items. They are sorted into strata, the shallowest (which
// hide most) event by event, the deeper ones together, and from each stratum one item is drawn and its
// subtree guessed by a random descent (probe.hpp). The sum over the strata is one unbiased guess of what is
// left; several give the mean and its spread (two standard errors). As the search goes on the guessed part
// shrinks, and the estimate becomes exact. Whatever the descents meet is a real execution: bugs in them
// count, executions do not.
#pragma once

#include "checker/explore/exhaustive/guesses.hpp"
#include "checker/explore/exhaustive/probe.hpp"

namespace heddle::explore {

class EstimatingExplorer final : public Explorer {
 public:
  EstimatingExplorer(ExhaustiveExplorer& search, ProbingExplorer& prober)
      : search_(search), prober_(prober) {}

  bool next_execution() override;
  bool recall() override { return now_->recall(); }
  void remember() override { search_.remember(); }
  Memo* memo() override { return now_->memo(); }
  Move arrive(kernel::ThreadId t, const kernel::Operation& op) override { return now_->arrive(t, op); }
  void looked_at(std::uintptr_t object) override { now_->looked_at(object); }
  void end_execution(Ending ending) override { now_->end_execution(ending); }
  const kernel::EventIndex* clock(kernel::ThreadId t) const override { return now_->clock(t); }
  kernel::EventIndex now(kernel::ThreadId t) const override { return now_->now(t); }
  kernel::ThreadId clock_size() const override { return now_->clock_size(); }
  std::span<const BlockedThread> blocked_threads() const override { return now_->blocked_threads(); }
  const Divergence& divergence() const override { return now_->divergence(); }
  const Counts& counts() const override { return search_.counts(); }
  bool timeouts_are_choices() const override { return true; }
  void schedule(Schedule& out) const override { now_->schedule(out); }
  bool verified() const override { return search_.verified(); }
  Estimate estimate() const override;
  bool counts_this() const override { return now_ == &search_ && search_.counts_this(); }
  ExhaustiveExplorer* exhaustive() override { return &search_; }
  bool took_back() const override { return now_->took_back(); }
  bool keep_rounds() override { return now_->keep_rounds(); }
  ProbingExplorer* prober() override { return &prober_; }
  const char* phase() const override { return now_->phase(); }

  // For the executions to come.
  void limit_events(std::uint64_t max_events) {
    search_.limit_events(max_events);
    prober_.limit_events(max_events);
  }

  // Estimates before the next execution, whether it is time or not.
  void estimate_now() { next_at_ = 0; }

 private:
  void begin_round();
  bool next_descent();

  ExhaustiveExplorer& search_;
  ProbingExplorer& prober_;
  Explorer* now_ = &search_;
  kernel::Random random_;
  std::uint64_t next_at_ = 1000;  // executions after which to estimate again
  std::uint32_t rounds_ = 0;      // to do
  std::uint32_t stratum_ = 0;
  bool made_ = false;
  std::size_t stratum_begin_ = 0;
  std::size_t stratum_end_ = 0;  // in the walk's open items
  double sum_ = 0;               // of the present round
  Guesses guesses_;              // of the rounds done
  Estimate estimate_;
};

}  // namespace heddle::explore
