// Notifies that woke nobody: what tells a lost wake-up from another deadlock.
#pragma once

#include <cstdint>

#include "checker/kernel/types.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

struct EmptyNotify {
  std::uintptr_t object = 0;
  const char* call = "";  // "pthread_cond_signal"; static storage
  kernel::ThreadId thread = 0;
  StackTrace stack;  // only in traced executions, otherwise just the pc
};

// The condition and futex frontends report a notify on an empty wait set. Kept per object, the last one,
// until the execution ends.
void log_empty_notify(std::uintptr_t object, const char* call, std::uintptr_t pc);
// The last notify of `object` that woke nobody in this execution; null if there was none.
const EmptyNotify* last_empty_notify(std::uintptr_t object);
// Forgets the execution's notifies.
void reset_notify_log();

}  // namespace heddle::runtime
