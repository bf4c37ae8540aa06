// x86-TSO as a machine: processors with store buffers on one memory (Owens, Sarkar, Sewell, TPHOLs'09).
// Shares nothing with the axioms of tso.hpp.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "tests/oracle/program.hpp"

namespace heddle::oracle {

struct MachineOutcome {
  std::set<std::vector<Value>> states;  // columns: state_variables(program)
  std::uint64_t executions = 0;         // distinct (control path, rf, mo) of all runs of the machine
};

// Every run of the machine. Exponential: for programs of about ten operations.
MachineOutcome run_with_store_buffers(const Program& program);

}  // namespace heddle::oracle
