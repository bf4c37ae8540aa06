#include "tests/oracle/agreement.hpp"

#include <ostream>
#include <sstream>

namespace heddle::oracle {
namespace {

std::size_t count_missing(const std::set<std::vector<Value>>& from,
                          const std::set<std::vector<Value>>& wanted) {
  std::size_t missing = 0;
  for (const auto& state : wanted) missing += from.count(state) == 0 ? 1 : 0;
  return missing;
}

}  // namespace

Agreement compare(const Outcome& found, const RecordedResult& recorded) {
  Agreement result{};
  result.states = found.states == recorded.states;
  result.executions = found.executions == recorded.executions && found.positive == recorded.positive;
  result.race_recorded = recorded.racy.has_value();
  result.racy = !recorded.racy || *recorded.racy == found.racy;
  result.race_free = !found.racy && !recorded.racy.value_or(false);
  if (!result.all()) {
    std::ostringstream text;
    text << "executions " << found.executions << " (recorded " << recorded.executions << "), positive "
         << found.positive << " (" << recorded.positive << "), states missing "
         << count_missing(found.states, recorded.states) << ", invented "
         << count_missing(recorded.states, found.states) << ", racy " << found.racy << " ("
         << recorded.racy.value_or(found.racy) << ")";
    result.difference = text.str();
  }
  return result;
}

void Tally::add(const Agreement& agreement) {
  ++programs;
  if (agreement.race_free) {
    ++race_free;
    states += agreement.states ? 1 : 0;
    executions += agreement.executions ? 1 : 0;
  } else {
    states_of_racy += agreement.states ? 1 : 0;
    executions_of_racy += agreement.executions ? 1 : 0;
  }
  if (agreement.race_recorded) {
    ++race_verdicts;
    racy += agreement.racy ? 1 : 0;
  }
}

std::ostream& operator<<(std::ostream& out, const Tally& tally) {
  out << tally.programs << " programs; " << tally.race_free << " race-free: states agree on " << tally.states
      << ", executions on " << tally.executions << "; race verdicts agree on " << tally.racy << " of "
      << tally.race_verdicts;
  const std::size_t with_races = tally.programs - tally.race_free;
  if (with_races != 0) {
    out << "; racy programs (not required): states " << tally.states_of_racy << ", executions "
        << tally.executions_of_racy << " of " << with_races;
  }
  return out;
}

}  // namespace heddle::oracle
