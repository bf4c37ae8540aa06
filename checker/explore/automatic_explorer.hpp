// What `heddle check` does when it is not told: some random executions, because they find most bugs at once;
// schedules with few preemptions, which find what is easy to read; the exhaustive search, if it ends at once;
// more random executions; the exhaustive search again, if by its own estimate there is time for all of it;
// else random executions.
#pragma once

#include "checker/explore/exhaustive/estimating_explorer.hpp"
#include "checker/explore/explorer.hpp"
#include "checker/explore/random/random_explorer.hpp"

namespace heddle::explore {

// How much time a search has. `now` is null if nobody looks at the clock: then there is enough.
struct TimeLimit {
  std::int64_t (*now)() = nullptr;
  std::int64_t until = 0;
};

class AutomaticExplorer final : public Explorer {
 public:
  AutomaticExplorer(RandomExplorer& bounded, RandomExplorer& random, EstimatingExplorer& exhaustive,
                    const TimeLimit& time)
      : bounded_(bounded), random_(random), exhaustive_(exhaustive), time_(time), now_(&random) {}

  bool next_execution() override;
  bool recall() override { return now_->recall(); }
  void remember() override { exhaustive_.remember(); }
  Memo* memo() override { return now_->memo(); }
  Move arrive(kernel::ThreadId t, const kernel::Operation& op) override { return now_->arrive(t, op); }
  void looked_at(std::uintptr_t object) override { now_->looked_at(object); }
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
  bool took_back() const override { return now_->took_back(); }
  bool keep_rounds() override { return now_->keep_rounds(); }
  const char* phase() const override { return now_->phase(); }
  kernel::Vector<Phase> phases() const override;

 private:
  Explorer& choose();
  bool fits();

  RandomExplorer& bounded_;
  RandomExplorer& random_;
  EstimatingExplorer& exhaustive_;
  const TimeLimit time_;
  Explorer* now_;
  std::uint64_t longest_ = 0;          // operations of the longest bounded or random execution
  std::int64_t exhaustive_ns_ = 0;     // spent on the exhaustive search before
  std::int64_t exhaustive_since_ = 0;  // where it is at work: since when
  double judged_ = 0;                  // the estimate that was last judged
  double seconds_needed_ = 0;
  GivenUp given_up_ = GivenUp::no;  // the exhaustive search
  bool verified_ = false;
};

}  // namespace heddle::explore
