#include "checker/detect/linearizability/search.hpp"

#include <algorithm>
#include <limits>

namespace heddle::detect {
namespace {

constexpr OperationId no_operation = std::numeric_limits<OperationId>::max();
constexpr std::size_t table_slots_min = 256;

// The finalizer of SplitMix64.
constexpr std::uint64_t mixed(std::uint64_t word) {
  word = (word ^ (word >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return word ^ (word >> 31U);
}

// What `count` operations done of `lane` add to the hash of a configuration, which is a sum.
constexpr std::uint64_t weight(Lane lane, std::uint32_t count) {
  return mixed(((std::uint64_t{lane} << 32U) | count) + 0x9e37'79b9'7f4a'7c15U);
}

}  // namespace

// An operation comes next once of every lane so many are done as came before it. Each operation is entered
// with the last of these in every lane, and told when it is done.
void LinearizationSearch::index_waiters() {
  const std::uint32_t n = history_->size();
  missing_.assign(n, 0);
  waiters_at_.assign(n + std::size_t{1}, 0);
  const auto for_each_wait = [this, n](auto&& visit) {
    for (OperationId id = 0; id < n; ++id) {
      const std::span<const std::uint32_t> before = history_->before(id);
      for (Lane lane = 0; lane < before.size(); ++lane) {
        if (before[lane] > 0 && lane != history_->lane(id)) visit(id, lane, before[lane]);
      }
    }
  };
  for_each_wait([this](OperationId id, Lane lane, std::uint32_t count) {
    ++missing_[id];
    // More than there are: it never comes next.
    if (count <= history_->length(lane)) ++waiters_at_[history_->operation(lane, count - 1) + std::size_t{1}];
  });
  for (std::size_t i = 1; i < waiters_at_.size(); ++i) waiters_at_[i] += waiters_at_[i - 1];
  waiters_.resize(waiters_at_.back());
  for_each_wait([this](OperationId id, Lane lane, std::uint32_t count) {
    if (count <= history_->length(lane)) waiters_[waiters_at_[history_->operation(lane, count - 1)]++] = id;
  });
  // Each entry has moved to where the next begins.
  for (std::size_t i = waiters_at_.size() - 1; i > 0; --i) waiters_at_[i] = waiters_at_[i - 1];
  waiters_at_[0] = 0;
}

// The smallest operation greater than `after` that may come next (no_operation as `after`: any).
OperationId LinearizationSearch::next_candidate(OperationId after) const {
  OperationId best = no_operation;
  for (Lane lane = 0; lane < history_->lanes(); ++lane) {
    if (done_[lane] == history_->length(lane)) continue;
    const OperationId id = history_->operation(lane, done_[lane]);
    if ((after == no_operation || id > after) && id < best && missing_[id] == 0) best = id;
  }
  return best;
}

void LinearizationSearch::advance(Lane lane) {
  const OperationId id = history_->operation(lane, done_[lane]);
  for (std::uint32_t i = waiters_at_[id]; i < waiters_at_[id + std::size_t{1}]; ++i) --missing_[waiters_[i]];
  done_hash_ += weight(lane, ++done_[lane]) - weight(lane, done_[lane] - 1);
}

void LinearizationSearch::retreat(Lane lane) {
  done_hash_ += weight(lane, done_[lane] - 1) - weight(lane, done_[lane]);
  const OperationId id = history_->operation(lane, --done_[lane]);
  for (std::uint32_t i = waiters_at_[id]; i < waiters_at_[id + std::size_t{1}]; ++i) ++missing_[waiters_[i]];
}

void LinearizationSearch::grow() {
  table_.assign(std::max(table_slots_min, table_.size() * 2), {});
  for (std::uint32_t i = 0; i < configurations_; ++i) {
    std::size_t slot = hashes_[i] & (table_.size() - 1);
    while (table_[slot].configuration != 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = {i + 1, static_cast<std::uint32_t>(hashes_[i] >> 32U)};
  }
}

// False if the operations done so far were met before with this state.
bool LinearizationSearch::remember(StateId state) {
  if ((configurations_ + 1) * 2 > table_.size()) grow();
  done_.back() = state;
  const std::uint64_t hash = mixed(done_hash_ + state);
  const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32U);
  std::size_t slot = hash & (table_.size() - 1);
  for (; table_[slot].configuration != 0; slot = (slot + 1) & (table_.size() - 1)) {
    if (table_[slot].hash != tag) continue;
    const std::uint32_t* const known =
        seen_.data() + (table_[slot].configuration - std::size_t{1}) * done_.size();
    if (std::equal(done_.begin(), done_.end(), known)) return false;
  }
  seen_.insert(seen_.end(), done_.begin(), done_.end());
  hashes_.push_back(hash);
  table_[slot] = {static_cast<std::uint32_t>(++configurations_), tag};
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
  hashes_.clear();
  table_.assign(table_slots_min, {});
  done_hash_ = 0;
  index_waiters();

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
      retreat(history.lane(back.chosen));
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
    advance(history.lane(id));
    if (!remember(after)) {
      retreat(history.lane(id));
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
