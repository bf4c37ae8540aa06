// All executions of a script program, by what becomes of them.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {

struct Explored {
  explore::Counts counts;
  std::map<std::vector<Values>, int> outcomes;         // of complete executions, how often each
  std::map<std::vector<kernel::ThreadId>, int> stuck;  // of blocked ones
  std::set<std::vector<kernel::ThreadId>> deadlocks;
};

inline Explored explore_all(models::Model& model, const std::vector<Thread>& program,
                            const explore::ExhaustiveOptions& options) {
  explore::ExhaustiveExplorer explorer(model, options);
  ScriptHost host(program);
  Explored result;
  const auto seen = [&](explore::Ending ending) {
    if (ending == explore::Ending::complete) ++result.outcomes[host.outcome()];
    if (ending != explore::Ending::blocked) return;
    std::vector<kernel::ThreadId> stuck;
    for (const explore::BlockedThread& b : explorer.blocked_threads()) stuck.push_back(b.thread);
    ++result.stuck[stuck];
    if (explore::is_deadlock(explorer.blocked_threads())) result.deadlocks.insert(stuck);
  };
  explore_each(explorer, host, seen, [&] { result = {}; });
  result.counts = explorer.counts();
  return result;
}

}  // namespace heddle::test
