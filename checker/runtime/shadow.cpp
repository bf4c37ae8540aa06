#include "checker/runtime/shadow.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <new>

#include "checker/runtime/access.hpp"
#include "checker/runtime/access_log.hpp"
#include "checker/runtime/atomic_objects.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {

ShadowState shadow;

namespace {

using detect::Cell;

detect::RaceDetector* detector = nullptr;

struct Range {
  std::uintptr_t low;
  std::uintptr_t high;
};

// The engine's own mappings: never accessed by the program.
bool is_engine_mapping(std::uintptr_t address) {
  return (address >= 0x1000'0000'0000 && address < 0x1400'0000'0000) ||
         (address >= shadow_pages_region && address < territory_region + territory_region_bytes);
}

[[noreturn]] void refuse(Range a, Range b) {
  engine_failure(
      "memory at %p-%p and at %p-%p cannot be told apart in shadow memory. Heddle needs a program with "
      "address-space "
      "randomisation off: run it through `heddle check`, or with `setarch -R`",
      reinterpret_cast<void*>(a.low), reinterpret_cast<void*>(a.high), reinterpret_cast<void*>(b.low),
      reinterpret_cast<void*>(b.high));
}

// One line of /proc/self/maps: "low-high perms ...".
const char* parse_hex(const char* text, const char* end, std::uintptr_t& value) {
  value = 0;
  for (; text != end; ++text) {
    const char c = *text;
    const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                                                  : 16;
    if (digit == 16) break;
    value = value << 4 | digit;
  }
  return text;
}

void verify_mappings() {
  static constexpr std::size_t ranges_max = 4096;
  kernel::Vector<Range> ranges;
  ranges.reserve(ranges_max);
  const auto add = [&](std::uintptr_t low, std::uintptr_t high) {
    if (is_engine_mapping(low) || low >= std::uintptr_t{1} << 47 || ranges.size() == ranges_max) return;
    ranges.push_back({low, high});
  };

  const long fd = raw_syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;  // no /proc: nothing to verify against
  char buffer[4096];
  std::size_t used = 0;
  for (;;) {
    const long got = raw_syscall(SYS_read, fd, buffer + used, sizeof buffer - used);
    if (got <= 0) break;
    used += static_cast<std::size_t>(got);
    const char* line = buffer;
    const char* const end = buffer + used;
    for (const char* newline; (newline = std::find(line, end, '\n')) != end; line = newline + 1) {
      Range range{};
      const char* rest = parse_hex(line, newline, range.low);
      if (rest == newline || *rest != '-') continue;
      parse_hex(rest + 1, newline, range.high);
      add(range.low, range.high);
    }
    used = static_cast<std::size_t>(end - line);
    std::copy(line, end, buffer);
  }
  raw_syscall(SYS_close, fd);
  add(heap_region, heap_region + heap_region_bytes);

  const auto offset = [](const Range& r) { return r.low & shadow_address_mask; };
  std::sort(ranges.begin(), ranges.end(),
            [&](const Range& a, const Range& b) { return offset(a) < offset(b); });
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    const Range& a = ranges[i - 1];
    const Range& b = ranges[i];
    const bool within = a.low <= b.low && b.high <= a.high;  // the arenas themselves, if already mapped
    const bool contains = b.low <= a.low && a.high <= b.high;
    if (!within && !contains && offset(a) + (a.high - a.low) > offset(b)) refuse(a, b);
  }
}

void map_or_refuse(std::uintptr_t address, std::size_t bytes, const char* what) {
  if (map_fixed(address, bytes) != nullptr) return;
  engine_failure(
      "cannot reserve %zu GB of address space at %p for %s. Heddle reserves but does not use it: lift limits "
      "on virtual "
      "memory (ulimit -v, vm.overcommit_memory=2)",
      bytes >> 30, reinterpret_cast<void*>(address), what);
}

// Returns the pages to the kernel; they read as zero afterwards.
void drop_pages(std::uintptr_t address, std::size_t bytes) {
  raw_syscall(SYS_madvise, address, bytes, MADV_DONTNEED);
}

void set_state(std::uintptr_t address, Cell& cell, CellState state) {
  race_detector().forget(cell);
  if (cell.atomic != 0) {
    forget_atomic_accesses(cell, address);
    end_atomics_in_cell(address, cell);
  }
  cell.state = static_cast<std::uint8_t>(state);
  cell.limit = 0;
}

// Cells of one page, touched or not.
void poison_cells(std::uintptr_t from, std::uintptr_t to, CellState state) {
  for (std::uintptr_t at = from; at < to; at += cell_bytes) {
    Cell& cell = cell_at(at);
    if (cell.tag == shadow.tag && (cell.overflow | cell.atomic) != 0) [[unlikely]] {
      set_state(at, cell, state);
    } else {
      cell = Cell{shadow.tag, static_cast<std::uint8_t>(state), 0, 0, 0, 0, 0, 0};
    }
  }
}

}  // namespace

detect::RaceDetector& race_detector() { return *detector; }

void map_shadow() {
  if (shadow.ready) return;
  map_or_refuse(shadow_region, shadow_region_bytes, "shadow memory");
  map_or_refuse(shadow_pages_region, shadow_pages_region_bytes, "the page table of shadow memory");
  // Core dumps and huge pages would both try to populate it.
  raw_syscall(SYS_madvise, shadow_region, shadow_region_bytes, MADV_DONTDUMP);
  raw_syscall(SYS_madvise, shadow_region, shadow_region_bytes, MADV_NOHUGEPAGE);
  // In engine memory as a whole, so that a forked execution and its parent see one object.
  detector = new (kernel::engine_allocate(sizeof(detect::RaceDetector))) detect::RaceDetector;
  shadow.ready = true;
  shadow_reset();
}

void shadow_init() {
  if (shadow.ready) return;
  map_shadow();
  verify_mappings();
}

void shadow_reset() {
  if (!shadow.ready) shadow_init();
  if (shadow.tag == shadow_tag_max) {
    drop_pages(shadow_region, shadow_region_bytes);
    drop_pages(shadow_pages_region, shadow_pages_region_bytes);
    shadow.tag = 0;
  }
  ++shadow.tag;
  detector->reset();
  reset_atomic_objects();
  reset_access_log();
  invalidate_epoch();
}

void freshen_cell(std::uintptr_t address, Cell& cell) {
  std::uint32_t& page = page_word(address);
  const std::uint32_t touched = shadow.tag | page_touched_bit;
  CellState state = CellState::normal;
  std::uint8_t limit = 0;
  if (page != touched) [[unlikely]] {
    if (page == (touched | page_freed_bit) || page == (shadow.tag | page_freed_bit)) {
      state = CellState::freed;
      page = touched | page_freed_bit;
    } else {
      page = touched;
    }
  }
  detect::Mark written = 0;
  if (in_heap_region(address) && state == CellState::normal) {
    state = heap_state_of(address & ~(cell_bytes - 1), limit);
    // To a thread that does not know of the allocation the memory may not exist yet.
    if (hot.active && state == CellState::normal && !in_arena_of(hot.current->id, address))
      written = heap_allocation_mark(address, ~std::uint8_t{0});
  }
  cell = Cell{shadow.tag, static_cast<std::uint8_t>(state), limit, 0, written, 0, 0, 0};
}

void shadow_forget_range(std::uintptr_t address, std::size_t bytes) {
  for_each_touched_cell(address, bytes,
                        [](std::uintptr_t at, Cell& cell) { set_state(at, cell, CellState::normal); });
  const std::uintptr_t first = (address + shadow_page_bytes - 1) & ~(shadow_page_bytes - 1);
  for (std::uintptr_t page = first; page + shadow_page_bytes <= address + bytes; page += shadow_page_bytes) {
    page_word(page) &= ~page_freed_bit;
  }
}

void shadow_poison(std::uintptr_t address, std::size_t bytes, CellState state) {
  const std::uintptr_t end = address + bytes;
  for (std::uintptr_t at = address; at < end;) {
    const std::uintptr_t page_end = (at & ~(shadow_page_bytes - 1)) + shadow_page_bytes;
    const std::uintptr_t stop = std::min(page_end, end);
    std::uint32_t& page = page_word(at);
    const std::uint32_t touched = shadow.tag | page_touched_bit;
    const bool whole_page = state == CellState::freed && stop - at == shadow_page_bytes;
    if (!whole_page) {
      if ((page & ~page_freed_bit) != touched) page = touched;
      poison_cells(at, stop, state);
    } else if ((page & ~page_freed_bit) == touched) {
      for_each_touched_cell(at, shadow_page_bytes,
                            [&](std::uintptr_t a, Cell& c) { set_state(a, c, state); });
      page = touched | page_freed_bit;
    } else {
      page = shadow.tag | page_freed_bit;
    }
    at = stop;
  }
}

}  // namespace heddle::runtime
