#include "tests/oracle/program.hpp"

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

}  // namespace

std::vector<StateVariable> state_variables(const Program& program) {
  std::vector<StateVariable> variables;
  for (std::size_t thread = 0; thread < program.threads.size(); ++thread) {
    for (std::size_t reg = 0; reg < program.threads[thread].registers.size(); ++reg) {
      variables.push_back({thread, reg});
    }
  }
  for (std::size_t location = 0; location < program.locations.size(); ++location) {
    variables.push_back({std::nullopt, location});
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

}  // namespace heddle::oracle
