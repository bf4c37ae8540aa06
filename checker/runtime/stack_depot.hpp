// Call stacks by number: equal stacks share one entry, so that every heap block can afford to remember two.
#pragma once

#include <cstdint>

#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

using StackId = std::uint32_t;  // 0: unknown

inline constexpr std::uint32_t depot_depth = 8;  // frames kept, innermost first

// The present stack of `thread`; `pc` is the innermost frame and is left out when 0. Entries live as long as
// the process; how many there are depends on the program's call sites, not on its length.
StackId store_stack(const Thread& thread, std::uintptr_t pc);
void load_stack(StackId id, StackTrace& out);

}  // namespace heddle::runtime
