// What it means that no thread can move: a deadlock, a lost wake-up, a livelock, or nothing.
#pragma once

#include "checker/explore/explorer.hpp"

namespace heddle::runtime {

// Called after an execution that ended `blocked`, before explorer.end_execution. Fills the verdict when the
// threads wait for facts and not for stale values.
void judge_blocked(const explore::Explorer& explorer);

}  // namespace heddle::runtime
