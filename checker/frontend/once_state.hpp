// What pthread_once and guards of local statics have in common: one thread runs, the others wait for it, all
// are done.
//
// The location's value: 0 nobody began, 1 running, 2 done. The running thread is the owner of a lock to the
// wait-for detector: a thread that comes back to its own running initialisation waits for itself.
#pragma once

#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/lock_tracking.hpp"

namespace heddle::frontend::once_state {

inline constexpr Value fresh = 0;
inline constexpr Value running = 1;
inline constexpr Value done = 2;

// True: the calling thread must initialise and then call finish. False: it is done, and visible to the
// caller.
bool begin(ObjectRecord& record, const CallSite& site);
void finish(ObjectRecord& record, Value result, const CallSite& site);  // done; or fresh: it failed

}  // namespace heddle::frontend::once_state
