// Whether executions of the program may be recalled instead of run (explore/exhaustive/memo.hpp).
//
// No, if the executable calls functions of other libraries that may keep state which nobody sees and by which
// threads could tell each other something; or if an option wants more than the search's verdict of every
// execution.
#pragma once

#include "checker/explore/explorer.hpp"

namespace heddle::runtime {

// Before the first execution: lets the explorer recall executions, if it may.
void remember_if_possible(explore::Explorer& explorer);

}  // namespace heddle::runtime
