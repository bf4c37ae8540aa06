// The clock of simulated threads. Stands still unless something sleeps or waits: what an execution sees of
// time is a function of its choices.
#pragma once

namespace heddle::runtime {

// Back to the start, for the next execution.
void reset_virtual_time();

}  // namespace heddle::runtime
