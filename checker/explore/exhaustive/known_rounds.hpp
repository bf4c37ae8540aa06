// Values that spin loops are known to reject: a thread in this state that reads this value comes back to the
// state without having done anything else, in whichever execution.
//
// An execution in which it reads the value while it is stale is dropped as soon as the thread comes round
// (spin.hpp); knowing it, the search need not run it. Nothing but time depends on what is known here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "checker/kernel/memory.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::explore {

class KnownRounds {
 public:
  // A thread's state before it reads; 0: not to be told from others.
  using State = std::uint32_t;

  State state(std::uint64_t fingerprint) {
    const auto at = std::ranges::lower_bound(states_, fingerprint, {}, &Named::fingerprint);
    if (at != states_.end() && at->fingerprint == fingerprint) return at->state;
    if (states_.size() == states_max) return 0;
    const auto made = static_cast<State>(states_.size() + 1);
    states_.insert(at, {fingerprint, made});
    return made;
  }

  void add(State state, kernel::Value rejected) {
    const Round round{state, rejected};
    const auto at = std::ranges::lower_bound(rounds_, round);
    if (at == rounds_.end() || *at != round) rounds_.insert(at, round);
  }

  bool has(State state, kernel::Value value) const {
    return std::ranges::binary_search(rounds_, Round{state, value});
  }

 private:
  static constexpr std::size_t states_max = 1U << 14;
  struct Named {
    std::uint64_t fingerprint;
    State state;
  };
  using Round = std::pair<State, kernel::Value>;
  kernel::Vector<Named> states_;  // sorted
  kernel::Vector<Round> rounds_;  // sorted
};

}  // namespace heddle::explore
