// The evidence of a finding as JSON members: threads, objects, accesses, blocked, steps, held. Written right
// after a traced execution ended, in the process it ran in, while stacks, heap and tables still show how it
// ended.
#pragma once

#include "checker/runtime/json_writer.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {

// What a step of the execution to come is needed for, in the words of the record; `step` from 1.
struct StepLabel {
  std::uint64_t step;
  bool surprise;
  const char* without;
};
// Written with the steps until the next call.
void set_step_labels(const kernel::Vector<StepLabel>* labels);

void write_evidence(JsonWriter& out, const Verdict& verdict);

}  // namespace heddle::runtime
