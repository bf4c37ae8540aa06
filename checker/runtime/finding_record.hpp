// The evidence of a finding as JSON members: threads, objects, accesses, blocked, steps, held. Written right
// after a traced execution ended, in the process it ran in, while stacks, heap and tables still show how it
// ended.
#pragma once

#include "checker/runtime/json_writer.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {

void write_evidence(JsonWriter& out, const Verdict& verdict);

}  // namespace heddle::runtime
