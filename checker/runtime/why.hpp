// Why a finding happens, by trying: what becomes of the schedule after each of its steps, the nearest
// execution that passes, and whether stronger memory orders prevent it.
//
// A process of its own does it, after the finding was written: whatever happens in the executions it tries,
// the finding stays. Its work is bounded by executions and operations.
#pragma once

#include "checker/explore/minimise.hpp"
#include "checker/explore/options.hpp"
#include "checker/runtime/executor.hpp"

namespace heddle::runtime {

struct Failure {
  const explore::Steps& steps;  // a schedule that fails
  std::uint64_t print;          // the finding's fingerprint
  const char* token;            // and its token, which the record refers to
  kernel::ThreadId room;        // for so many threads
  bool timeouts_are_choices;    // of the schedule
};

// Writes a `why` record, or none if nothing came of it. `forks`: executions have a process each.
void find_why(const explore::Options& options, Executor& executor, const Failure& failure, bool forks);

}  // namespace heddle::runtime
