#include "cli/weaken_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/format/names.hpp"

namespace heddle::cli {
namespace {

using Clock = std::chrono::steady_clock;
using format::Verdict;

bool verifies(AttemptOutcome outcome) {
  return outcome == AttemptOutcome::verified || outcome == AttemptOutcome::implied;
}

Attempt attempt_of(Outcome& outcome) {
  format::RunResult& r = outcome.result;
  Attempt attempt;
  attempt.executions = r.exploration.executions;
  attempt.seconds = r.exploration.elapsed_seconds;
  if (r.verdict == Verdict::bug) {
    attempt.outcome = AttemptOutcome::bug;
    attempt.finding = std::move(r.findings.front());
  } else if (r.verdict == Verdict::verified) {
    attempt.outcome = AttemptOutcome::verified;
  } else if (!r.error.empty()) {
    attempt.reason = r.error;
  } else if (r.verdict == Verdict::nondeterminism) {
    attempt.reason = "the program did not repeat itself";
  } else if (r.exploration.cut > 0) {
    attempt.reason = "some executions were cut: they did more operations than --max-events allows";
  } else {
    attempt.reason = "its budget was spent";
  }
  return attempt;
}

class WeakenSearch {
 public:
  WeakenSearch(AttemptRunner& runner, const OperationList& list, const WeakenLimits& limits,
               const std::function<void(const std::string&)>& progress)
      : runner_(runner), list_(list), limits_(limits), progress_(progress) {}

  WeakenResult run() {
    prepare();
    try_each_alone();
    for (std::size_t i = 0; i < list_.slots.size(); ++i) find_weakest(i);
    if (!stopped()) try_together();
    return std::move(result_);
  }

 private:
  struct Single {
    std::size_t slot;
    std::size_t candidate;  // index into OrderSlot::weaker
  };

  void prepare() {
    for (const OrderSlot& slot : list_.slots) {
      result_.slots.emplace_back().attempts.resize(slot.weaker.size());
      for (Attempt& a : result_.slots.back().attempts) a.reason = "there was no time to try it";
      singles_ += slot.weaker.size();
    }
  }

  bool stopped() {
    const bool late = limits_.total.count() > 0 && Clock::now() - started_ >= limits_.total;
    result_.out_of_time = result_.out_of_time || late;
    return result_.out_of_time || result_.interrupted_by != 0 || !runner_.error().empty();
  }

  Attempt& attempt(Single s) { return result_.slots[s.slot].attempts[s.candidate]; }
  const std::string& order(Single s) const { return list_.slots[s.slot].weaker[s.candidate]; }

  // A still weaker order verifies: it permits every execution that this one does.
  bool implied(Single s) {
    for (std::size_t weaker = 0; weaker < s.candidate; ++weaker) {
      if (verifies(attempt({s.slot, weaker}).outcome) && weaker_or_equal(order({s.slot, weaker}), order(s))) {
        return true;
      }
    }
    return false;
  }

  void try_each_alone() {
    std::vector<Single> waiting;
    for (std::size_t candidate = 0; candidate < 4; ++candidate) {
      for (std::size_t slot = 0; slot < list_.slots.size(); ++slot) {
        if (candidate < list_.slots[slot].weaker.size()) waiting.push_back({slot, candidate});
      }
    }
    for (auto next = waiting.begin(); next != waiting.end() && !stopped();) {
      std::vector<Single> batch;
      for (; next != waiting.end() && batch.size() < limits_.jobs; ++next) {
        if (implied(*next)) {
          attempt(*next).outcome = AttemptOutcome::implied;
          ++done_;
        } else {
          batch.push_back(*next);
        }
      }
      try_batch(batch);
    }
  }

  void try_batch(const std::vector<Single>& batch) {
    if (batch.empty()) return;
    std::vector<std::string> changes;
    for (const Single s : batch) {
      Orders orders = original_orders(list_);
      orders[s.slot] = order(s);
      changes.push_back(order_at(list_, orders));
    }
    const OrderSlot& slot = list_.slots[batch.front().slot];
    progress_(fmt::format("{} of {}: {} at {}", done_ + 1, singles_, order(batch.front()),
                          format::place(&list_.operations[slot.operation].place)));
    std::vector<Outcome> outcomes = runner_.run(changes);
    for (std::size_t i = 0; i < outcomes.size(); ++i) attempt(batch[i]) = taken(outcomes[i]);
    done_ += batch.size();
  }

  Attempt taken(Outcome& outcome) {
    ++result_.attempts;
    if (outcome.interrupted_by != 0) result_.interrupted_by = outcome.interrupted_by;
    return attempt_of(outcome);
  }

  void find_weakest(std::size_t i) {
    const OrderSlot& slot = list_.slots[i];
    SlotResult& result = result_.slots[i];
    for (std::size_t c = 0; c < slot.weaker.size(); ++c) {
      if (result.attempts[c].outcome == AttemptOutcome::verified) result.weakest.push_back(slot.weaker[c]);
    }
    if (result.weakest.empty()) result.weakest.push_back(slot.order);
  }

  Attempt try_orders(const Orders& orders, const std::string& what) {
    progress_(what);
    std::vector<Outcome> outcomes = runner_.run({order_at(list_, orders)});
    return outcomes.empty() ? Attempt() : taken(outcomes.front());
  }

  void try_together() {
    Orders all = original_orders(list_);
    std::vector<std::size_t> weakened;
    for (std::size_t i = 0; i < list_.slots.size(); ++i) {
      all[i] = result_.slots[i].weakest.front();
      if (all[i] != list_.slots[i].order) weakened.push_back(i);
    }
    if (weakened.empty()) return;
    const std::size_t before = result_.attempts;
    const Attempt attempt = try_orders(all, "all weakest orders together");
    if (attempt.outcome == AttemptOutcome::verified) {
      result_.joint = JointResult{all, attempt.executions, result_.attempts - before, true};
    } else {
      add_one_by_one(weakened);
      result_.joint->attempts = result_.attempts - before;
    }
  }

  // Greedy, in the order of the source: each slot as weak as the slots before it allow. What fails with some
  // orders fails with weaker ones too, so one pass ends where no single order can be weakened further.
  void add_one_by_one(const std::vector<std::size_t>& weakened) {
    JointResult joint{original_orders(list_), 0, 0, true};
    for (const std::size_t i : weakened) {
      const OrderSlot& slot = list_.slots[i];
      for (std::size_t c = 0; c < slot.weaker.size(); ++c) {
        if (!verifies(result_.slots[i].attempts[c].outcome)) continue;
        if (stopped()) {
          joint.minimal = false;
          break;
        }
        Orders orders = joint.orders;
        orders[i] = slot.weaker[c];
        const Attempt attempt =
            try_orders(orders, fmt::format("together: {} at {}", slot.weaker[c],
                                           format::place(&list_.operations[slot.operation].place)));
        if (attempt.outcome == AttemptOutcome::undecided) joint.minimal = false;
        if (attempt.outcome != AttemptOutcome::verified) continue;
        joint.orders = std::move(orders);
        joint.executions = attempt.executions;
        break;
      }
    }
    result_.joint = std::move(joint);
  }

  AttemptRunner& runner_;
  const OperationList& list_;
  const WeakenLimits limits_;
  const std::function<void(const std::string&)>& progress_;
  const Clock::time_point started_ = Clock::now();
  std::size_t singles_ = 0;
  std::size_t done_ = 0;
  WeakenResult result_;
};

}  // namespace

bool SlotResult::decided() const {
  return std::ranges::none_of(attempts,
                              [](const Attempt& a) { return a.outcome == AttemptOutcome::undecided; });
}

WeakenResult search_weaker_orders(AttemptRunner& runner, const OperationList& list,
                                  const WeakenLimits& limits,
                                  const std::function<void(const std::string&)>& progress) {
  return WeakenSearch(runner, list, limits, progress).run();
}

}  // namespace heddle::cli
