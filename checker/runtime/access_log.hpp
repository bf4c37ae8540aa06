// The accesses of a traced execution with their stacks, so that a race can show where its earlier half
// happened. Only replays of a finding are traced, so this costs nothing in a search.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// The part at `address`, within one cell, of the access to `whole`.
void log_access(std::uintptr_t address, const MemoryRange& whole, const detect::Access& access,
                std::uintptr_t pc);

// The latest logged access to the cell of `address` by the thread and at the epoch of `wanted`, of its kind.
// False: not logged (the execution is not traced).
struct LoggedAccess {
  MemoryRange whole{};
  std::uint64_t step = 0;  // trace_position() when it happened
  StackTrace stack;
};
bool find_logged_access(std::uintptr_t address, const detect::Access& wanted, LoggedAccess& out);

// A new execution.
void reset_access_log();

}  // namespace heddle::runtime
