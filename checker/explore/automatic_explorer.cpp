#include "checker/explore/automatic_explorer.hpp"

#include <algorithm>

namespace heddle::explore {
namespace {
// Executions. A small program is proved after as few random ones as the exhaustive search takes, at most
// twice what that alone would; only then comes the long random phase.
constexpr std::uint64_t trial = 100;
constexpr std::uint64_t random_first = 2'000;
// A loop without an end shows in executions much longer than any random one: the search is then given up.
constexpr std::uint64_t events_factor = 4;
constexpr std::uint64_t events_slack = 1'000;
constexpr std::uint64_t exhaustive_operations_max = 20'000'000;  // then the search counts as too big
}  // namespace

bool AutomaticExplorer::next_execution() {
  now_ = &random_;
  if (exhaustive_is_next()) {
    now_ = &exhaustive_;
    exhaustive_.limit_events(events_slack + events_factor * longest_);
    if (now_->next_execution()) return true;
    verified_ = exhaustive_.verified();
    return false;
  }
  return now_->next_execution();
}

bool AutomaticExplorer::exhaustive_is_next() {
  if (exhaustive_.counts().operations > exhaustive_operations_max) gave_up_ = true;
  if (gave_up_) return false;
  const std::uint64_t random = random_.counts().executions;
  if (random < trial) return false;
  return exhaustive_.counts().executions < trial || random >= random_first;
}

void AutomaticExplorer::end_execution(Ending ending) {
  const std::uint64_t before = now_->counts().operations;
  now_->end_execution(ending);
  if (now_ == &random_) longest_ = std::max(longest_, now_->counts().operations - before);
  // A cut execution means loops the exhaustive search has no end for.
  if (now_ == &exhaustive_ && (ending == Ending::cut || ending == Ending::diverged)) gave_up_ = true;
}

}  // namespace heddle::explore
