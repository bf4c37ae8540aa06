// One step in the user's words: "flag.store(1, release)", "data.load(relaxed) → 0 (initial value)",
// "m.lock()".
#pragma once

#include <string>

#include "reports/format/finding.hpp"

namespace heddle::report {

// `newest`: the last store in the object's modification order when the step read, null if there was none; a
// read of anything else is called stale.
std::string step_text(const format::Finding& finding, const format::Step& step, const format::Step* newest);

// The call as C++ spells it: "lock" for pthread_mutex_lock, "notify_one" for pthread_cond_signal; the
// recorded name if it is not one of those.
std::string method_name(const std::string& call);

}  // namespace heddle::report
