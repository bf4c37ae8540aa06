// What `heddle check` does when it is not told: random executions first, because they find most bugs at once;
// then the exhaustive search, which may prove that there is none; if that turns out too big, random
// executions again.
#pragma once

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/explorer.hpp"
#include "checker/explore/random/random_explorer.hpp"

namespace heddle::explore {

class AutomaticExplorer final : public Explorer {
 public:
  AutomaticExplorer(RandomExplorer& random, ExhaustiveExplorer& exhaustive)
      : random_(random), exhaustive_(exhaustive), now_(&random) {}

  bool next_execution() override;
  Move arrive(kernel::ThreadId t, const kernel::Operation& op) override { return now_->arrive(t, op); }
  void end_execution(Ending ending) override;
  const kernel::EventIndex* clock(kernel::ThreadId t) const override { return now_->clock(t); }
  kernel::EventIndex now(kernel::ThreadId t) const override { return now_->now(t); }
  kernel::ThreadId clock_size() const override { return now_->clock_size(); }
  std::span<const BlockedThread> blocked_threads() const override { return now_->blocked_threads(); }
  const Divergence& divergence() const override { return now_->divergence(); }
  const Counts& counts() const override { return now_->counts(); }
  bool timeouts_are_choices() const override { return now_->timeouts_are_choices(); }
  void schedule(Schedule& out) const override { now_->schedule(out); }
  bool verified() const override { return verified_; }
  bool counts_this() const override { return now_->counts_this(); }
  const char* phase() const override { return now_->phase(); }

 private:
  bool exhaustive_is_next();

  RandomExplorer& random_;
  ExhaustiveExplorer& exhaustive_;
  Explorer* now_;
  std::uint64_t longest_ = 0;  // operations of the longest random execution
  bool gave_up_ = false;       // the exhaustive search is too big or impossible
  bool verified_ = false;
};

}  // namespace heddle::explore
