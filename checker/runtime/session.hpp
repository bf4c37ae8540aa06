// One run: executions until the search, the budget or a bug ends it, with everything learnt written to the
// result file.
#pragma once

#include "checker/explore/options.hpp"
#include "checker/runtime/execution.hpp"

namespace heddle::runtime {

// Exit codes of the program under check; the command decides its own from the records.
inline constexpr int exit_clean = 0;
inline constexpr int exit_bug = 1;
inline constexpr int exit_nondeterminism = 4;
inline constexpr int exit_error = 5;

enum class SessionEnd : unsigned char {
  clean,
  bug,
  nondeterminism,
  error,
  // isolation=auto, and executions in one process do not repeat: nothing was concluded, start over with
  // isolation=fork.
  wants_isolation,
};

// Checks (or replays) `body` as `options` say. Called on the initial thread, uncontrolled. The program's
// present state is what every execution starts from; afterwards it is what the last execution left. Once per
// process.
SessionEnd run_session(const explore::Options& options, const Body& body, int argc, char** argv);

}  // namespace heddle::runtime
