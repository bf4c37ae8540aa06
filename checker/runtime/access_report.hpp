// Turns what an access check found into a finding with its evidence. Cold code.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// A race on the cell of `address`, met by the access to `whole`. Returns only if the race is tolerated
// (HEDDLE_OPTIONS races=ignore, or inside a library known to be right).
void report_race(std::uintptr_t address, const MemoryRange& whole, AccessKind kind,
                 const detect::Conflict& conflict, std::uintptr_t pc);
// An access to freed memory or into a red zone, which begins at `address`.
[[noreturn]] void report_inaccessible(std::uintptr_t address, const MemoryRange& whole, CellState state,
                                      AccessKind kind, std::uintptr_t pc);
// An access to the stack of a thread that has ended.
[[noreturn]] void report_dead_stack(const MemoryRange& whole, const Thread& owner, AccessKind kind,
                                    std::uintptr_t pc);
// A read of heap or stack memory that nobody has written. Returns only if that is tolerated.
void report_uninitialised(const MemoryRange& whole, AccessKind kind, std::uintptr_t pc);
// The same for a plain read known to make a difference (unwritten_reads.hpp); the execution goes on.
void note_used_uninitialised(const MemoryRange& whole, std::uintptr_t pc);
// A free of something that is not a live block. `call` is the user's word for it.
[[noreturn]] void report_bad_free(std::uintptr_t address, const char* call, std::uintptr_t pc);

}  // namespace heddle::runtime
