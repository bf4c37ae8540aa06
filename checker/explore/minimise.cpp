#include "checker/explore/minimise.hpp"

#include <algorithm>

namespace heddle::explore {
namespace {

struct Cost {
  std::uint32_t preemptions = 0;
  std::uint32_t surprises = 0;
  std::size_t length = 0;
  bool operator<(const Cost& other) const {
    if (preemptions != other.preemptions) return preemptions < other.preemptions;
    if (surprises != other.surprises) return surprises < other.surprises;
    return length < other.length;
  }
};

Cost cost(const Steps& steps) {
  Cost c;
  c.length = steps.size();
  for (const Step& s : steps) {
    c.preemptions += s.preempts ? 1U : 0U;
    c.surprises += s.alternative != 0 ? 1U : 0U;
  }
  return c;
}

class Minimiser {
 public:
  Minimiser(Steps& best, Attempt& attempt, std::uint32_t attempts_max)
      : best_(best), attempt_(attempt), attempts_max_(attempts_max), cost_(cost(best)) {}

  std::uint32_t run() {
    cut_the_end();
    for (bool better = true; better && !spent();) {
      better = false;
      while (join_one_run() && !spent()) better = true;
      if (forget_surprises()) better = true;
    }
    return attempts_;
  }

 private:
  bool spent() { return attempts_ >= attempts_max_ || attempt_.out_of_time(); }

  // Keeps the candidate if it fails too and is cheaper.
  bool consider(Steps& candidate) {
    ++attempts_;
    if (!attempt_.fails(candidate)) return false;
    const Cost c = cost(candidate);
    if (!(c < cost_)) return false;
    best_ = candidate;
    cost_ = c;
    return true;
  }

  // Bisects for a short beginning after which the default policy fails by itself.
  void cut_the_end() {
    std::size_t low = 0;
    std::size_t high = best_.size();
    const Steps whole = best_;
    while (low < high && !spent()) {
      const std::size_t middle = low + (high - low) / 2;
      candidate_.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(middle));
      ++attempts_;
      if (attempt_.fails(candidate_)) {
        const Cost c = cost(candidate_);
        if (c < cost_) {
          best_ = candidate_;
          cost_ = c;
        }
        high = middle;
      } else {
        low = middle + 1;
      }
    }
  }

  bool forget_surprises() {
    bool better = false;
    for (std::size_t i = 0; i < best_.size() && !spent(); ++i) {
      if (best_[i].alternative == 0) continue;
      candidate_ = best_;
      candidate_[i].alternative = 0;
      better = consider(candidate_) || better;
    }
    return better;
  }

  // Tries to join a run of steps with the next run of the same thread, moving one to the other.
  bool join_one_run() {
    for (std::size_t begin = 0; begin < best_.size() && !spent();) {
      const std::size_t end = run_end(begin);
      std::size_t next = end;
      while (next < best_.size() && best_[next].thread != best_[begin].thread) ++next;
      if (next < best_.size() && next > end) {
        const std::size_t next_end = run_end(next);
        const auto at = [this](std::size_t i) { return candidate_.begin() + static_cast<std::ptrdiff_t>(i); };
        candidate_ = best_;
        std::rotate(at(end), at(next), at(next_end));  // the later run comes earlier
        if (consider(candidate_)) return true;
        candidate_ = best_;
        std::rotate(at(begin), at(end), at(next));  // the earlier run comes later
        if (!spent() && consider(candidate_)) return true;
      }
      begin = end;
    }
    return false;
  }

  std::size_t run_end(std::size_t begin) const {
    std::size_t end = begin;
    while (end < best_.size() && best_[end].thread == best_[begin].thread) ++end;
    return end;
  }

  Steps& best_;
  Attempt& attempt_;
  std::uint32_t attempts_max_;
  Cost cost_;
  Steps candidate_;
  std::uint32_t attempts_ = 0;
};

}  // namespace

Minimised minimise(Steps& steps, Attempt& attempt, std::uint32_t attempts_max) {
  Minimised result;
  result.switches_before = cost(steps).preemptions;
  result.attempts = Minimiser(steps, attempt, attempts_max).run();
  result.switches_after = cost(steps).preemptions;
  return result;
}

namespace {

std::ptrdiff_t signed_index(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

// The thread that is preempted at this step goes on first, as far as it did later; if it did nothing later,
// as far as it can.
void without_switch(const Steps& steps, std::size_t at, Steps& out) {
  const kernel::ThreadId preempted = steps[at - 1].thread;
  std::size_t next = at;
  while (next < steps.size() && steps[next].thread != preempted) ++next;
  std::size_t end = next;
  while (end < steps.size() && steps[end].thread == preempted) ++end;
  if (next == steps.size()) {
    out.assign(steps.begin(), steps.begin() + signed_index(at));
    return;
  }
  out = steps;
  std::rotate(out.begin() + signed_index(at), out.begin() + signed_index(next),
              out.begin() + signed_index(end));
}

}  // namespace

void explain(const Steps& steps, Attempt& attempt, Labels& out) {
  Steps candidate;
  out.clear();
  for (std::size_t i = 0; i < steps.size() && !attempt.out_of_time(); ++i) {
    if (steps[i].preempts && i > 0 && steps[i - 1].thread != steps[i].thread) {
      without_switch(steps, i, candidate);
      const Without without = attempt.outcome(candidate);
      const bool made = i < candidate.size() && candidate[i].thread == steps[i].thread;
      out.push_back({i, false, made ? Without::impossible : without});
    }
    if (steps[i].alternative != 0) {
      candidate = steps;
      candidate[i].alternative = 0;
      const Without without = attempt.outcome(candidate);
      const bool changed = i < candidate.size() && candidate[i].alternative == 0;
      out.push_back({i, true, changed ? without : Without::impossible});
    }
  }
}

}  // namespace heddle::explore
