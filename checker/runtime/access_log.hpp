// The accesses of a traced execution with their stacks, so that a race can show where its earlier half
// happened. Only replays of a finding are traced, so this costs nothing in a search.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

void log_access(std::uintptr_t address, std::size_t bytes, const detect::Access& access, std::uintptr_t pc);

// The latest logged access to the cell of `address` by the thread and at the epoch of `wanted`, of its kind.
// False: not logged (the execution is not traced).
struct LoggedAccess {
  std::uintptr_t address = 0;
  std::uint32_t bytes = 0;
  StackTrace stack;
};
bool find_logged_access(std::uintptr_t address, const detect::Access& wanted, LoggedAccess& out);

// A new execution.
void reset_access_log();

}  // namespace heddle::runtime
