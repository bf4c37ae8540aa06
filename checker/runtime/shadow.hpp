// Shadow memory: what the checker knows about every 8 bytes of the program's address space.
//
// A cell (detect/race.hpp) of 32 bytes per 8, in one lazily populated linear map indexed by the low 40 bits
// of the address. With address-space randomisation off, everything the program can touch keeps apart in those
// bits:
//
//   low 40 bits            whose
//   0x00'0000'0000         thread stacks (slots_region); a non-PIE executable fits below slot 0's stack
//   0x55'5555'4000         PIE executable and its brk heap
//   0x58'0000'0000         heap arenas (heap.hpp)
//   0xc0'0000'0000         libraries, mmap, the process's own stack
//
// `shadow_init` verifies it against the process's real mappings. Every cell is tagged with the execution it
// is about, so that forgetting everything is one increment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"

namespace heddle::runtime {

inline constexpr unsigned shadow_address_bits = 40;
inline constexpr std::uintptr_t shadow_address_mask = (std::uintptr_t{1} << shadow_address_bits) - 1;
inline constexpr std::size_t cell_bytes = 8;  // of the program's memory
inline constexpr std::uintptr_t shadow_region = 0x2000'0000'0000;
inline constexpr std::size_t shadow_region_bytes =
    (std::size_t{1} << shadow_address_bits) / cell_bytes * sizeof(detect::Cell);

// One word per page: (execution tag) if a cell of the page was touched in that execution, page_freed_bit as
// well if the whole page belongs to a freed heap block.
inline constexpr std::size_t shadow_page_bytes = 4096;
inline constexpr std::uintptr_t shadow_pages_region = 0x1c00'0000'0000;
inline constexpr std::size_t shadow_pages_region_bytes =
    (std::size_t{1} << shadow_address_bits) / shadow_page_bytes * sizeof(std::uint32_t);
inline constexpr std::uint32_t page_freed_bit = std::uint32_t{1} << 31;
inline constexpr std::uint32_t page_touched_bit = std::uint32_t{1} << 30;
inline constexpr std::uint32_t shadow_tag_max = page_touched_bit - 1;

enum class CellState : std::uint8_t {
  normal = 0,
  partial,   // the first Cell::limit bytes belong to a heap block, the rest to a red zone
  red_zone,  // between heap blocks, or past the end of the arena
  freed,     // of a freed heap block
};

struct ShadowState {
  std::uint32_t tag = 0;  // of the current execution; 0 never tags a cell
  bool ready = false;
};
extern __attribute__((visibility("hidden"))) ShadowState shadow;
// The one detector of the process, in engine memory. Valid once `shadow.ready`.
detect::RaceDetector& race_detector();

inline detect::Cell& cell_at(std::uintptr_t address) {
  constexpr std::uintptr_t mask = shadow_address_mask & ~(cell_bytes - 1);
  return *reinterpret_cast<detect::Cell*>(shadow_region +
                                          (address & mask) * (sizeof(detect::Cell) / cell_bytes));
}
inline std::uint32_t& page_word(std::uintptr_t address) {
  return reinterpret_cast<std::uint32_t*>(
      shadow_pages_region)[(address & shadow_address_mask) / shadow_page_bytes];
}

// Maps the shadow and checks that the process's mappings do not collide in it. Ends the process with a clear
// message if it cannot work. Idempotent.
void shadow_init();
// The first half of it, for tests, which run with address-space randomisation.
void map_shadow();
// Forgets everything: a new execution. O(1).
void shadow_reset();

// The cell of `address`, made fresh if this execution has not touched it yet.
void freshen_cell(std::uintptr_t address, detect::Cell& cell);
inline detect::Cell& touch_cell(std::uintptr_t address) {
  detect::Cell& cell = cell_at(address);
  if (cell.tag != shadow.tag) [[unlikely]]
    freshen_cell(address, cell);
  return cell;
}

// Forgets the accesses to [address, address + bytes) and makes it accessible: other memory lives there now (a
// mapping, a recycled block or thread-local block). Atomic objects in it end. Costs only the pages this
// execution has touched.
void shadow_forget_range(std::uintptr_t address, std::size_t bytes);

// Makes [address, address + bytes), multiples of the cell size, inaccessible. For heap blocks and their red
// zones.
void shadow_poison(std::uintptr_t address, std::size_t bytes, CellState state);

// Calls visit(address, cell) for every cell of [address, address + bytes) this execution has touched.
template <class Visit>
void for_each_touched_cell(std::uintptr_t address, std::size_t bytes, Visit visit) {
  std::uintptr_t at = address & ~(cell_bytes - 1);
  const std::uintptr_t end = address + bytes;
  while (at < end) {
    const std::uintptr_t page_end = (at & ~(shadow_page_bytes - 1)) + shadow_page_bytes;
    const std::uintptr_t stop = page_end < end ? page_end : end;
    if ((page_word(at) & ~page_freed_bit) == (shadow.tag | page_touched_bit)) {
      for (; at < stop; at += cell_bytes) {
        if (detect::Cell& cell = cell_at(at); cell.tag == shadow.tag) visit(at, cell);
      }
    }
    at = stop;
  }
}

}  // namespace heddle::runtime
