#include "checker/detect/linearizability/search.hpp"

#include <algorithm>
#include <limits>

namespace heddle::detect {
namespace {

constexpr OperationId no_operation = std::numeric_limits<OperationId>::max();
constexpr std::size_t table_slots_min = 256;

}  // namespace

bool LinearizationSearch::is_enabled(OperationId id) const {
  const std::span<const std::uint32_t> before = history_->before(id);
  const Lane own = history_->lane(id);
  for (Lane lane = 0; lane < before.size(); ++lane) {
    if (done_[lane] < before[lane] && lane != own) return false;
  }
  return true;
}

// The smallest operation greater than `after` that may come next (no_operation as `after`: any).
OperationId LinearizationSearch::next_candidate(OperationId after) const {
  OperationId best = no_operation;
  for (Lane lane = 0; lane < history_->lanes(); ++lane) {
    if (done_[lane] == history_->length(lane)) continue;
    const OperationId id = history_->operation(lane, done_[lane]);
    if ((after == no_operation || id > after) && id < best && is_enabled(id)) best = id;
  }
  return best;
}

std::uint64_t LinearizationSearch::hash_of(const std::uint32_t* configuration) const {
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < done_.size(); ++i) {
    hash = (hash ^ configuration[i]) * 0x9e37'79b9'7f4a'7c15U;
    hash ^= hash >> 29;
  }
  return hash;
}

void LinearizationSearch::grow() {
  table_.assign(std::max(table_slots_min, table_.size() * 2), 0);
  for (std::uint32_t i = 0; i < configurations_; ++i) {
    std::size_t slot = hash_of(seen_.data() + std::size_t{i} * done_.size()) & (table_.size() - 1);
    while (table_[slot] != 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = i + 1;
  }
}

// False if the operations done so far were met before with this state.
bool LinearizationSearch::remember(StateId state) {
  if ((configurations_ + 1) * 2 > table_.size()) grow();
  done_.back() = state;
  std::size_t slot = hash_of(done_.data()) & (table_.size() - 1);
  for (; table_[slot] != 0; slot = (slot + 1) & (table_.size() - 1)) {
    const std::uint32_t* const known = seen_.data() + std::size_t{table_[slot] - 1} * done_.size();
    if (std::equal(done_.begin(), done_.end(), known)) return false;
  }
  seen_.insert(seen_.end(), done_.begin(), done_.end());
  table_[slot] = static_cast<std::uint32_t>(++configurations_);
  return true;
}

bool LinearizationSearch::is_explained(StateId state, Pending pending) {
  if (returned_done_ != history_->returned_count()) return false;
  if (pending == Pending::may_have_happened) return true;
  for (Lane lane = 0; lane < history_->lanes(); ++lane) {
    const std::uint32_t length = history_->length(lane);
    if (length == 0) continue;
    const OperationId last = history_->operation(lane, length - 1);
    StateId after = 0;
    if (!history_->returned(last) && object_->apply(state, last, after) != Step::blocked) {
      explained_but_stuck_ = true;
      return false;
    }
  }
  return true;
}

void LinearizationSearch::keep_longest(StateId state) {
  if (path_.size() <= best_.order.size()) return;
  best_.order.clear();
  for (const Frame& frame : path_) best_.order.push_back(frame.chosen);
  best_.state = state;
}

const Explanation& LinearizationSearch::explain(const History& history, Specification& object,
                                                Pending pending, std::uint64_t configurations_max) {
  history_ = &history;
  object_ = &object;
  best_.order.clear();
  best_.state = 0;
  explained_but_stuck_ = false;
  configurations_ = 0;
  returned_done_ = 0;
  done_.assign(history.lanes() + std::size_t{1}, 0);
  path_.clear();
  seen_.clear();
  table_.assign(table_slots_min, 0);

  StateId state = 0;
  remember(state);
  OperationId tried = no_operation;
  for (;;) {
    if (tried == no_operation) {
      keep_longest(state);
      if (is_explained(state, pending)) {
        best_.outcome = Explanation::Outcome::legal;
        best_.order.clear();
        for (const Frame& frame : path_) best_.order.push_back(frame.chosen);
        best_.state = state;
        return best_;
      }
      if (configurations_ >= configurations_max) {
        best_.outcome = Explanation::Outcome::unknown;
        return best_;
      }
    }
    const OperationId id = next_candidate(tried);
    if (id == no_operation) {
      if (path_.empty()) break;
      const Frame back = path_.back();
      path_.pop_back();
      --done_[history.lane(back.chosen)];
      if (history.returned(back.chosen)) --returned_done_;
      state = back.state;
      tried = back.chosen;
      continue;
    }
    tried = id;
    // Whoever waits for ever has not taken effect.
    if (!history.returned(id) && pending == Pending::must_block) continue;
    StateId after = 0;
    if (object.apply(state, id, after) != Step::legal) continue;
    ++done_[history.lane(id)];
    if (!remember(after)) {
      --done_[history.lane(id)];
      continue;
    }
    if (history.returned(id)) ++returned_done_;
    path_.push_back({state, id});
    state = after;
    tried = no_operation;
  }
  best_.outcome = explained_but_stuck_ ? Explanation::Outcome::stuck : Explanation::Outcome::illegal;
  return best_;
}

}  // namespace heddle::detect
