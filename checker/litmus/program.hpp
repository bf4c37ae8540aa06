// A litmus test as flat code, and its expected results.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "checker/kernel/operation.hpp"

namespace heddle::litmus {

struct Instruction {
  enum class Kind : std::uint8_t {
    load,
    store,
    rmw,
    compare_exchange,
    fence,
    plain_load,
    plain_store,
    branch,
    jump
  };
  Kind kind = Kind::fence;
  kernel::Order order = kernel::Order::relaxed;
  kernel::Order failure_order = kernel::Order::relaxed;
  kernel::Update update = nullptr;
  kernel::Commutes commutes = kernel::Commutes::no;
  int location = -1;
  int result = -1;      // register that gets the value read (compare-exchange: 1 or 0)
  int old_result = -1;  // compare-exchange: register that gets the value of `expected` afterwards
  // Operand: a constant, plus a register if `operand_register` >= 0 (its value counts only if
  // `operand_uses_value`).
  std::int64_t operand = 0;
  int operand_register = -1;
  bool operand_uses_value = true;
  std::int64_t expected = 0;
  // branch: to `target` unless register (== or !=) value.
  bool branch_if_equal = false;
  int target = 0;

  bool operator==(const Instruction&) const = default;
};

struct Expected {
  std::set<std::vector<std::int64_t>> states;
  std::uint64_t executions = 0;
  bool racy = false;
  bool racy_known = false;
  bool executions_known = false;
};

struct Program {
  std::string name;
  std::string model;                  // "rc11", "sc" or "tso": the one the expected results are of
  std::vector<std::int64_t> initial;  // per location
  std::vector<std::string> locations;
  std::vector<std::vector<Instruction>> threads;
  std::vector<std::vector<std::pair<int, std::int64_t>>>
      register_initial;        // per thread: (register, value), size in registers
  std::vector<int> registers;  // per thread: how many
  struct Column {
    int thread;
    int index;
  };  // thread < 0: a location
  std::vector<Column> columns;
  Expected expected;

  // Whether the two threads do the same.
  bool alike(std::size_t a, std::size_t b) const {
    return threads[a] == threads[b] && register_initial[a] == register_initial[b];
  }
};

}  // namespace heddle::litmus
