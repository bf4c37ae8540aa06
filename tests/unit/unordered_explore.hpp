// Explores programs with and without the orders that nobody can tell (exhaustive/unordered.hpp): what is left
// must be every execution but for these orders, once.
#pragma once

#include <algorithm>
#include <map>

#include "tests/unit/script_host.hpp"

namespace heddle::test {

// Indices of values each thread gets and has no use for; no thread has any where it is empty.
using Unused = std::vector<std::set<std::size_t>>;

inline bool is_among(const kernel::Vector<std::uintptr_t>& addresses, kernel::LocationId x) {
  return std::find(addresses.begin(), addresses.end(), x) != addresses.end();
}

// What is read from where, and mo, but for locations where the search leaves one of them open.
inline Values shape_of(const kernel::Graph& g, const explore::Ground& ground) {
  const auto name = [&](kernel::Stamp s) {
    return s == kernel::initial_stamp ? 0 : kernel::Value{g[s].thread} << 32 | g[s].index;
  };
  const auto commutes = [&](kernel::LocationId x) {
    return is_among(ground.unordered.commuting.addresses, x);
  };
  std::map<kernel::Value, kernel::Value> sources;
  std::map<kernel::LocationId, Values> orders;
  for (const kernel::Event& e : g.events()) {
    if (e.kind == kernel::EventKind::read && !commutes(e.location))
      sources[kernel::Value{e.thread} << 32 | e.index] = name(e.source);
  }
  for (const kernel::LocationId x : g.touched()) {
    if (commutes(x) || is_among(ground.unordered.unread.addresses, x)) continue;
    for (const kernel::Stamp s : g.location(x).mo) orders[x].push_back(name(s));
  }
  Values shape;
  for (const auto& [read, source] : sources) shape.insert(shape.end(), {read, source});
  for (const auto& [x, order] : orders) shape.insert(shape.end(), order.begin(), order.end());
  return shape;
}

struct ExploredUnordered {
  explore::Counts counts;
  // What each thread got and has a use for, and what happens before its end: that decides about races.
  std::set<std::pair<std::vector<Values>, std::vector<Values>>> outcomes;
  std::set<std::vector<kernel::ThreadId>> stuck;
  std::set<Values> shapes;  // of complete executions
  explore::Ground ground;
  bool reduced() const {
    return !ground.unordered.unread.addresses.empty() || !ground.unordered.commuting.addresses.empty();
  }
};

// `ground`, if it is settled: begins with its assumptions; without reductions: shapes are told by them.
inline ExploredUnordered explore_unordered(models::Model& model, const std::vector<Thread>& program,
                                           const explore::ExhaustiveOptions& options,
                                           const explore::Ground& ground = {}, const Unused& unused = {}) {
  explore::ExhaustiveExplorer explorer(model, options);
  const explore::Part everything;
  const bool reduces = options.reductions.unread || options.reductions.commuting_rmws;
  if (reduces && ground.unordered.settled) explorer.take_up(ground, {&everything, 1}, {});
  ScriptHost host(program);
  ExploredUnordered result;
  const auto seen = [&](explore::Ending ending) {
    if (ending == explore::Ending::complete) {
      std::vector<Values> got = host.outcome();
      std::vector<Values> known(program.size());
      for (kernel::ThreadId t = 0; t < program.size(); ++t) {
        if (t < unused.size()) {
          for (const std::size_t i : unused[t]) got[t][i] = 0;
        }
        for (kernel::ThreadId u = 0; u < program.size(); ++u)
          known[t].push_back(u == t ? explorer.now(t) : explorer.clock(t)[u]);
      }
      result.outcomes.insert({got, known});
      result.shapes.insert(shape_of(explorer.graph(), reduces ? explorer.ground() : ground));
    }
    if (ending != explore::Ending::blocked || !explore::is_deadlock(explorer.blocked_threads())) return;
    std::vector<kernel::ThreadId> stuck;
    for (const explore::BlockedThread& b : explorer.blocked_threads()) stuck.push_back(b.thread);
    result.stuck.insert(stuck);
  };
  explore_each(explorer, host, seen, [&] { result = {}; });
  result.counts = explorer.counts();
  result.ground = explorer.ground();
  return result;
}

inline std::uint64_t factorial(std::uint64_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

}  // namespace heddle::test
