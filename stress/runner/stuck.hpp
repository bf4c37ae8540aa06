// A program in which no thread can move: every thread waits for another, in calls that only another thread
// can end.
#pragma once

namespace heddle::stress {

// Starts a thread that looks, ten times a second. Where nothing has moved for two seconds it writes a finding
// (HED002) that says who waits where, and ends the process.
void watch_for_deadlocks();

inline constexpr int exit_stuck = 1;

}  // namespace heddle::stress
