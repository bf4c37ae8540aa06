// What ends a run badly, told to `heddle stress` before the process ends.
#pragma once

namespace heddle::stress {

// Writes a finding with the calling thread's stack, without the innermost `skipped` frames. Callable from a
// signal handler.
void report_failure(const char* rule, const char* message, int skipped);

// From now on: fatal signals and failed assertions are reported, and so is a program in which no thread can
// move. Once.
void watch_for_failures();

}  // namespace heddle::stress
