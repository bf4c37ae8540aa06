#include "tests/oracle/program.hpp"

#include <algorithm>
#include <set>

namespace heddle::oracle {
namespace {

std::size_t count_operations(const Block& block) {
  std::size_t count = 0;
  for (const Operation& operation : block) {
    const If* branch = std::get_if<If>(&operation.action);
    count +=
        branch != nullptr ? count_operations(branch->then_block) + count_operations(branch->else_block) : 1;
  }
  return count;
}

// Collects, by location, whether there are atomic and whether there are plain accesses.
struct Uses {
  std::set<std::size_t> atomic;
  std::set<std::size_t> plain;

  void add(const Block& block) {
    for (const Operation& operation : block)
      std::visit([this](const auto& action) { add(action); }, operation.action);
  }
  void add(const Load& load) { (load.order == Order::na ? plain : atomic).insert(load.location); }
  void add(const Store& store) { (store.order == Order::na ? plain : atomic).insert(store.location); }
  void add(const Rmw& rmw) { atomic.insert(rmw.location); }
  void add(const Cas& cas) { atomic.insert(cas.location); }
  void add(const Fence&) {}
  void add(const If& branch) {
    add(branch.then_block);
    add(branch.else_block);
  }
};

}  // namespace

std::vector<StateVariable> state_variables(const Program& program) {
  std::vector<StateVariable> variables;
  for (std::size_t thread = 0; thread < program.threads.size(); ++thread) {
    for (std::size_t reg = 0; reg < program.threads[thread].registers.size(); ++reg) {
      variables.push_back({thread, reg});
    }
  }
  for (std::size_t location = 0; location < program.locations.size(); ++location) {
    if (!program.locations[location].hidden) variables.push_back({std::nullopt, location});
  }
  return variables;
}

std::string name_of(const Program& program, StateVariable variable) {
  if (!variable.thread) return program.locations[variable.index].name;
  return std::to_string(*variable.thread) + ":" + program.threads[*variable.thread].registers[variable.index];
}

std::size_t count_operations(const Program& program) {
  std::size_t count = 0;
  for (const Thread& thread : program.threads) count += count_operations(thread.body);
  return count;
}

bool mixes_atomic_and_plain(const Program& program) {
  Uses uses;
  for (const Thread& thread : program.threads) uses.add(thread.body);
  return std::any_of(uses.plain.begin(), uses.plain.end(),
                     [&](std::size_t location) { return uses.atomic.contains(location); });
}

}  // namespace heddle::oracle
