// Notices threads that compute for ever without an operation, such as `while (!flag) {}` on a plain variable,
// which no scheduling decision can end.
#pragma once

namespace heddle::runtime {

// Ends executions with the rule `hang` when user code has used about two seconds of CPU time since the last
// operation.
void start_watchdog();

// True: the next executions repeat one that hung, so that a fraction of the time is enough to tell.
void expect_hang(bool expected);

}  // namespace heddle::runtime
