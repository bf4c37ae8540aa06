// Adds to a finding what is derived from it for people: the words for each step, what each thread runs, the
// schedule, the locks held. Every output format uses these, so that all speak alike.
#pragma once

#include "reports/format/run.hpp"

namespace heddle::report {

// Needs symbolized stacks and named objects. Replaces what an earlier call left.
void explain(format::Finding& finding);

void explain(format::RunResult& result);

}  // namespace heddle::report
