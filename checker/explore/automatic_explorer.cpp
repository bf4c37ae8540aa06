#include "checker/explore/automatic_explorer.hpp"

#include <algorithm>

namespace heddle::explore {
namespace {
// Executions. Programs too small for more than a trial of the exhaustive search are proved before the long
// random phase.
constexpr std::uint64_t random_at_once = 100;
constexpr std::uint64_t bounded_most = 50;
constexpr std::uint64_t bounded_operations_most = 100'000;
constexpr std::uint64_t trial = 100;
constexpr std::uint64_t random_first = 2'000;
// A loop without an end shows in executions much longer than any random one: the search is then given up.
constexpr std::uint64_t events_factor = 4;
constexpr std::uint64_t events_slack = 1'000;
// Where there is no estimate the search counts as too big after so many operations.
constexpr std::uint64_t operations_without_estimate = 20'000'000;
constexpr double ns_per_s = 1e9;
}  // namespace

bool AutomaticExplorer::next_execution() {
  Explorer* const before = now_;
  now_ = &choose();
  if (now_ != before && time_.now != nullptr) {
    const std::int64_t now = time_.now();
    if (before == &exhaustive_) exhaustive_ns_ += now - exhaustive_since_;
    exhaustive_since_ = now;
  }
  if (now_ == &exhaustive_) exhaustive_.limit_events(events_slack + events_factor * longest_);
  if (now_->next_execution()) return true;
  if (now_ == &bounded_) return next_execution();  // all schedules within the bound were run
  if (now_ == &exhaustive_) verified_ = exhaustive_.verified();
  return false;
}

Explorer& AutomaticExplorer::choose() {
  const std::uint64_t random = random_.counts().executions;
  if (random < random_at_once) return random_;
  const Counts& bounded = bounded_.counts();
  if (bounded.executions < bounded_most && bounded.operations < bounded_operations_most &&
      !bounded_.finished())
    return bounded_;
  const bool tries = exhaustive_.counts().executions < trial;
  if (given_up_ == GivenUp::no && (tries || random >= random_first) && fits()) return exhaustive_;
  return random_;
}

// Whether the exhaustive search, as far as can be told, comes to its end in time.
bool AutomaticExplorer::fits() {
  const Counts& done = exhaustive_.counts();
  const Estimate estimate = exhaustive_.estimate();
  if (estimate.executions == 0) {
    if (done.operations <= operations_without_estimate) return true;
    given_up_ = GivenUp::too_many_operations;
    return false;
  }
  if (time_.now == nullptr || done.executions == 0 || estimate.executions == judged_) return true;
  judged_ = estimate.executions;
  const double left = estimate.executions - static_cast<double>(done.executions);
  const std::int64_t now = time_.now();
  const std::int64_t spent = exhaustive_ns_ + (now_ == &exhaustive_ ? now - exhaustive_since_ : 0);
  seconds_needed_ = left * static_cast<double>(spent) / static_cast<double>(done.executions) / ns_per_s;
  if (seconds_needed_ <= static_cast<double>(time_.until - now) / ns_per_s) return true;
  given_up_ = GivenUp::too_long;
  return false;
}

void AutomaticExplorer::end_execution(Ending ending) {
  const std::uint64_t before = now_->counts().operations;
  now_->end_execution(ending);
  if (now_ != &exhaustive_) {
    longest_ = std::max(longest_, now_->counts().operations - before);
    return;
  }
  // A cut execution means loops the exhaustive search has no end for.
  if (ending == Ending::cut || ending == Ending::diverged) given_up_ = GivenUp::endless;
}

kernel::Vector<Phase> AutomaticExplorer::phases() const {
  kernel::Vector<Phase> all;
  if (bounded_.counts().executions != 0) {
    all.push_back({.name = "bounded",
                   .executions = bounded_.counts().executions,
                   .bound = bounded_.completed_bound(),
                   .all_within_bound = bounded_.finished()});
  }
  if (random_.counts().executions != 0)
    all.push_back({.name = "random", .executions = random_.counts().executions});
  if (exhaustive_.counts().executions != 0) {
    all.push_back({.name = "exhaustive",
                   .executions = exhaustive_.counts().executions,
                   .ended = exhaustive_.verified(),
                   .given_up = given_up_,
                   .estimate = exhaustive_.estimate(),
                   .seconds_needed = seconds_needed_});
  }
  return all;
}

}  // namespace heddle::explore
