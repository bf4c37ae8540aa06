// Where the runtime's own mappings live. Fixed addresses make heap, stack and exception-object addresses
// repeat from one execution, and one process, to the next; nothing the kernel chooses (PIE, mmap, stack)
// lands in these ranges.
//
//   0x1000'0000'0000  the engine's own memory (engine_memory.cpp)
//   0x1400'0000'0000  thread stacks and their call stacks (thread_slots.cpp)
//   0x1800'0000'0000  and above: heap and shadow memory (heap.hpp, shadow.hpp)
//   0x2400'0000'0000  whose memory is whose (territory.cpp)
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

inline constexpr std::uintptr_t engine_region = 0x1000'0000'0000;
inline constexpr std::size_t engine_region_bytes = std::size_t{1} << 40;

inline constexpr std::uintptr_t slots_region = 0x1400'0000'0000;
// One slot, from its lowest address: the call stack (grows up), unmapped space, the machine stack (grows
// down).
inline constexpr std::size_t slot_stride = std::size_t{256} << 20;
inline constexpr std::size_t call_stack_bytes = std::size_t{4} << 20;
inline constexpr std::size_t stack_bytes_default = std::size_t{8} << 20;
inline constexpr std::size_t stack_bytes_max = std::size_t{224} << 20;
// An operation asked for with less stack than this left is reported as an overflow: the engine runs on that
// stack.
inline constexpr std::size_t stack_reserve_bytes = std::size_t{128} << 10;

// As many bytes for each `land_bytes` of what shadow memory tells apart (shadow.hpp).
inline constexpr std::uintptr_t territory_region = 0x2400'0000'0000;
inline constexpr std::size_t territory_region_bytes = std::size_t{1} << 40;
inline constexpr std::size_t land_bytes = 4;

constexpr std::uintptr_t slot_base(std::uint32_t slot) { return slots_region + slot * slot_stride; }
constexpr std::uintptr_t slot_end(std::uint32_t slot) {
  return slots_region + (slot + std::uintptr_t{1}) * slot_stride;
}

}  // namespace heddle::runtime
