#include "checker/explore/exhaustive/estimating_explorer.hpp"

#include <algorithm>

namespace heddle::explore {
namespace {

// Between two estimates the search grows so much that they cost a few per cent of it.
constexpr std::uint64_t growth = 16;
constexpr std::uint32_t rounds_first = 16;
constexpr std::uint32_t rounds_max = 64;
constexpr std::uint32_t strata_of_one_event = 32;  // the deeper ones are merged
// A descent into a loop without an end is cut: an execution so much longer than the average one so far.
constexpr std::uint64_t events_factor = 16;
constexpr std::uint64_t events_slack = 1000;

}  // namespace

bool EstimatingExplorer::next_execution() {
  if (rounds_ > 0 && prober_.began_anew()) {  // it met a loop first: so will the search
    search_.begin_anew_on(prober_.ground());
    rounds_ = 0;
  }
  if (rounds_ > 0) {
    if (prober_.next_execution() || next_descent()) return true;
  }
  // Of several parts only the present one could be looked into.
  if (search_.is_settled() && search_.counts().executions >= next_at_ &&
      search_.walk().end() > search_.walk().floor() && !search_.walk().has_more_parts()) {
    begin_round();
    if (next_descent()) return true;
  }
  now_ = &search_;
  return search_.next_execution();
}

void EstimatingExplorer::begin_round() {
  next_at_ = growth * (search_.counts().executions + 1);
  const std::uint64_t average =
      search_.counts().operations / std::max<std::uint64_t>(search_.counts().executions, 1);
  prober_.limit_events(events_slack + events_factor * average);
  rounds_ = made_ ? std::min(rounds_max, 2 * guesses_.size()) : rounds_first;
  made_ = true;
  guesses_ = {};
  sum_ = 0;
  stratum_begin_ = stratum_end_ = 0;
  stratum_ = 0;
  now_ = &prober_;
}

// Ends the descent there was, and begins the next one that needs an execution. False: the estimate is made.
bool EstimatingExplorer::next_descent() {
  const Walk& walk = search_.walk();
  const std::size_t items = walk.end() - walk.floor();
  for (;;) {
    sum_ += static_cast<double>(stratum_end_ - stratum_begin_) * (stratum_end_ != 0 ? prober_.result() : 0);
    stratum_begin_ = stratum_end_;
    if (stratum_begin_ == items) {
      guesses_.add(sum_);
      sum_ = 0;
      stratum_begin_ = stratum_end_ = 0;
      stratum_ = 0;
      if (--rounds_ == 0) break;
    }
    stratum_end_ = walk.same_event_end(walk.floor() + stratum_begin_) - walk.floor();
    if (++stratum_ > strata_of_one_event) {
      stratum_end_ = std::min(items, std::max(stratum_end_, stratum_begin_ + stratum_begin_ / 2));
    }
    const auto size = static_cast<std::uint32_t>(stratum_end_ - stratum_begin_);
    prober_.take_up(search_.ground(), {}, {});
    prober_.descend(walk.item(walk.floor() + stratum_begin_ + random_.below(size)));
    if (prober_.next_execution()) return true;
  }
  estimate_.executions = static_cast<double>(search_.counts().executions) + guesses_.mean();
  estimate_.spread = guesses_.spread();
  return false;
}

Estimate EstimatingExplorer::estimate() const {
  Estimate result = estimate_;
  const auto done = static_cast<double>(search_.counts().executions);
  if (search_.verified()) return {done, 0};
  if (result.executions != 0 && result.executions < done) result.executions = done;
  return result;
}

}  // namespace heddle::explore
