#include "checker/explore/exhaustive/walk.hpp"

namespace heddle::explore {
namespace {
constexpr std::uint32_t warm_up = 300;          // executions
constexpr std::uint32_t parts_of_a_share = 32;  // at least, if there are so many
}  // namespace

void Walk::start_empty(kernel::ThreadId threads) {
  threads_ = threads;
  parts_.clear();
  levels_.clear();
  state_ = State::idle;
  lost_ = abandoned_ = elsewhere_ = taken_ = false;
  stage_ = Stage::divided;
}

void Walk::start(kernel::ThreadId threads) {
  start_empty(threads);
  add({});
  if (count_ == 1) return;
  stage_ = Stage::warming_up;
  met_ = 0;
}

void Walk::begin(const Part& part) {
  search_.start(threads_);
  levels_.clear();
  levels_.push_back({0, unknown});
  part_ = part;
  step_ = 0;
  floor_ = 0;
  state_ = part.whole ? State::whole : State::leading;
}

std::uint32_t Walk::pushed_by(const Level& level) const {
  return level.pushed != unknown ? level.pushed
                                 : static_cast<std::uint32_t>(search_.open_items() - level.begin);
}

void Walk::close_level() { levels_.back().pushed = pushed_by(levels_.back()); }

void Walk::enter(std::size_t position) {
  while (levels_.back().begin > position) levels_.pop_back();
  levels_.push_back({static_cast<std::uint32_t>(position), unknown});
}

// One step of the way to the part. False: it is found. `runs`: a graph is to be run first.
bool Walk::lead(bool& runs) {
  const bool at_end = step_ == part_.way.size();
  const std::uint32_t expected = at_end ? part_.pushed : part_.way[step_].pushed;
  if (levels_.back().pushed != expected || (at_end && part_.end > search_.open_items())) {
    lost_ = runs = true;
    return true;
  }
  if (at_end) {
    search_.drop_items(part_.end);
    floor_ = part_.begin;
    return false;
  }
  runs = take(levels_.back().begin + part_.way[step_++].taken);
  return true;
}

bool Walk::take(std::size_t position) {
  search_.drop_items(position + 1);
  enter(position);
  return search_.take_last();
}

bool Walk::find() {
  if (state_ == State::idle) {
    // Dividing is breadth first.
    const auto at = stage_ == Stage::dividing ? parts_.begin() : parts_.end() - 1;
    const Part part = *at;
    parts_.erase(at);
    begin(part);
    return true;
  }
  close_level();
  if (state_ == State::whole) state_ = State::searching;
  while (state_ == State::leading) {
    bool runs = false;
    if (!lead(runs)) {
      state_ = State::searching;
    } else if (runs) {
      return true;
    } else {
      close_level();
    }
  }
  return false;
}

bool Walk::next() {
  if (stage_ == Stage::warming_up) {
    elsewhere_ = true;
    if (met_++ < warm_up && advance()) return true;
    const bool lost = lost_;
    start_empty(threads_);
    lost_ = lost;
    add({});
    stage_ = Stage::dividing;
    met_ = 0;
  }
  return stage_ == Stage::dividing ? divide() : advance();
}

// Runs the graphs of the shallowest open items, whose own items become parts in turn.
bool Walk::divide() {
  for (;;) {
    if (state_ == State::searching && taken_) {
      close_level();
      give_all(parts_);
      state_ = State::idle;
    }
    if (state_ == State::idle) {
      taken_ = false;
      if (parts_.empty() || parts_.size() >= std::size_t{parts_of_a_share} * count_) {
        keep_share();
        return advance();
      }
    }
    const bool begins_whole = state_ == State::idle && parts_.front().whole;
    if (find()) return begins_whole ? deal() : true;
    const bool ran = taken_ || part_.whole;
    taken_ = true;
    if (!ran && take(search_.open_items() - 1)) return deal();
  }
}

bool Walk::deal() {
  elsewhere_ = met_++ % count_ != index_;
  return true;
}

void Walk::keep_share() {
  Bytes bytes;
  put_number(bytes, count_);
  kernel::Vector<Part> mine;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    put_part(bytes, parts_[i]);
    if (i % count_ == index_) mine.push_back(parts_[i]);
  }
  division_ = fnv(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  parts_ = mine;
  elsewhere_ = false;
  stage_ = Stage::divided;
}

bool Walk::advance() {
  for (;;) {
    if (state_ == State::idle && parts_.empty()) return false;
    if (find()) return true;
    if (search_.open_items() == floor_) {
      state_ = State::idle;
    } else if (take(search_.open_items() - 1)) {
      return true;
    }
  }
}

void Walk::rest(kernel::Vector<Part>& out) const {
  out.clear();
  if (dividing()) {
    out.emplace_back();
    return;
  }
  for (const Part& part : parts_) out.push_back(part);
  if (state_ == State::leading || (state_ == State::whole && abandoned_)) {
    out.push_back(part_);
  } else if (state_ == State::searching && abandoned_) {
    // As before the present graph was taken: its item stood where its level begins.
    const std::size_t last = levels_.size() - 1;
    Part part = way_to(last - 1);
    part.begin = static_cast<std::uint32_t>(floor_);
    part.end = levels_[last].begin + 1;
    out.push_back(part);
  } else if (state_ != State::idle) {
    if (end() == floor_) return;
    Part part = item(end() - 1);
    part.begin = static_cast<std::uint32_t>(floor_);
    part.end = static_cast<std::uint32_t>(end());
    out.push_back(part);
  }
}

Part Walk::way_to(std::size_t last) const {
  Part part;
  part.whole = false;
  for (std::size_t i = 0; i < last; ++i) {
    part.way.push_back({pushed_by(levels_[i]), levels_[i + 1].begin - levels_[i].begin});
  }
  part.pushed = pushed_by(levels_[last]);
  return part;
}

Part Walk::item(std::size_t position) const {
  std::size_t last = levels_.size() - 1;
  while (levels_[last].begin > position) --last;
  Part part = way_to(last);
  part.begin = static_cast<std::uint32_t>(position);
  part.end = part.begin + 1;
  return part;
}

bool Walk::give(Part& out) {
  if (!parts_.empty() && state_ != State::idle) {
    out = parts_.front();
    parts_.erase(parts_.begin());
    return true;
  }
  if (end() - floor_ < 2) return false;
  out = item(floor_++);
  return true;
}

void Walk::give_all(kernel::Vector<Part>& out) {
  for (; floor_ < end(); ++floor_) out.push_back(item(floor_));
}

}  // namespace heddle::explore
