// What a search stands on (Ground): how it takes another's up, gives its own, and begins anew when it
// changes.
#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

void ExhaustiveExplorer::begin_anew() { walk_.start(options_.threads); }

void ExhaustiveExplorer::take_up(const Ground& ground, std::span<const Part> parts, const Counts& counts) {
  if (ground.threads != 0) options_.threads = ground.threads;
  loopy_ = ground.loops;
  rounds_stay_ = ground.rounds_stay;
  states_vary_ = ground.states_vary;
  search_.take_locks_out(!ground.revisited_mutexes);
  ordered_barriers_ = ground.ordered_barriers;
  const bool whole = parts.size() == 1 && parts[0].whole;
  UnorderedGround unordered = ground.unordered;
  unordered.settled = unordered.settled || parts.empty();
  search_.unordered().assume(unordered);
  readers_ = ground.readers;
  readers_.settled = readers_.settled || parts.empty();
  if (whole) {
    walk_.start(options_.threads);
  } else {
    walk_.start_empty(options_.threads);
    for (const Part& part : parts) walk_.add(part);
  }
  counts_ = counts;
  if (options_.max_executions != 0) options_.max_executions += counts.executions;
  restart_ = again_ = exhausted_ = false;
}

Ground ExhaustiveExplorer::ground() const {
  const bool revisited = options_.reductions.waiting_locks && !search_.takes_locks_out();
  return {options_.threads, loopy_,
          rounds_stay_,     states_vary_,
          revisited,        ordered_barriers_,
          readers_,         search_.unordered().ground()};
}

void ExhaustiveExplorer::looked_at(std::uintptr_t object) {
  if (!search_.unordered().look(object)) restart_ = true;
}

bool ExhaustiveExplorer::keep_rounds() {
  if (search_.unordered().any()) {
    search_.unordered().assume_nothing();
    restart_ = true;
  }
  if (restart_) return true;
  if (!took_back_) return false;
  rounds_stay_ = restart_ = true;
  return true;
}

void ExhaustiveExplorer::begin_anew_on(const Ground& ground) {
  const Part everything;
  take_up(ground, {&everything, 1}, {});
  began_anew_ = true;
}

bool ExhaustiveExplorer::began_anew() {
  const bool before = began_anew_;
  began_anew_ = false;
  return before;
}

// What an execution tells does not depend on those before it, which may have failed: a search that is resumed
// did not see them.
void ExhaustiveExplorer::begin_to_learn() { search_.unordered().forget(); }

}  // namespace heddle::explore
