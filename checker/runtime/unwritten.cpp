#include "checker/runtime/unwritten.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>

#include "checker/runtime/access.hpp"
#include "checker/runtime/access_report.hpp"
#include "checker/runtime/atomic_objects.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/unwritten_reads.hpp"

namespace heddle::runtime {
namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);
constexpr std::size_t page_bytes = 4096;

// The finaliser of MurmurHash3 (Appleby). Both halves are negative: no count and no pointer looks like that.
std::uint64_t pattern_of(std::uintptr_t word_address) {
  std::uint64_t hash = word_address * 0x9e37'79b9'7f4a'7c15U;
  hash = (hash ^ hash >> 33) * 0xff51'afd7'ed55'8ccdU;
  hash = (hash ^ hash >> 33) * 0xc4ce'b9fe'1a85'ec53U;
  return (hash ^ hash >> 33) | 0x8000'0000'8000'0000U;
}

// Up to a word's worth of pattern, as a little-endian load from `address` finds it.
std::uint64_t pattern_at(std::uintptr_t address, std::size_t bytes) {
  const std::uintptr_t word = address & ~(word_bytes - 1);
  const unsigned shift = static_cast<unsigned>(address - word) * 8;
  std::uint64_t pattern = pattern_of(word) >> shift;
  if (shift != 0) pattern |= pattern_of(word + word_bytes) << (64 - shift);
  return bytes == word_bytes ? pattern : pattern & ((std::uint64_t{1} << bytes * 8) - 1);
}

bool on_filled_stack(std::uintptr_t address) {
  if (address - slots_region >= kernel::threads_max * slot_stride) return false;
  const auto id = static_cast<kernel::ThreadId>((address - slots_region) / slot_stride);
  return address >= slot_end(id) - filled_stack_bytes && address < thread_at(id).slot.stack_high;
}

bool write_seen(std::uintptr_t address, std::size_t bytes) {
  const std::uintptr_t end = address + bytes;
  while (address < end) {
    const std::size_t offset = address % cell_bytes;
    const std::size_t part = std::min(cell_bytes - offset, static_cast<std::size_t>(end - address));
    const auto mask = static_cast<std::uint8_t>(((1U << part) - 1) << offset);
    if (race_detector().written(touch_cell(address), mask)) return true;
    address += part;
  }
  return false;
}

}  // namespace

void fill_unwritten(std::uintptr_t address, std::size_t bytes) {
  const std::uintptr_t end = address + std::min(bytes, filled_block_bytes_max);
  while (address < end) {
    const std::size_t part = std::min(word_bytes, static_cast<std::size_t>(end - address));
    const std::uint64_t pattern = pattern_at(address, part);
    std::memcpy(reinterpret_cast<void*>(address), &pattern, part);
    address += part;
  }
}

// A private mapping of a file that holds the pattern: pages that were written are dropped, and are as in the
// file again.
void map_unwritten_stack(std::uintptr_t stack_end) {
  const std::uintptr_t low = stack_end - filled_stack_bytes;
  const auto map = [&](long file, int sharing) {
    return raw_syscall(SYS_mmap, low, filled_stack_bytes, PROT_READ | PROT_WRITE, sharing | MAP_FIXED, file,
                       0) == static_cast<long>(low);
  };
  const long file = raw_syscall(SYS_memfd_create, "heddle stack", MFD_CLOEXEC);
  bool good = file >= 0 && raw_syscall(SYS_ftruncate, file, filled_stack_bytes) == 0 && map(file, MAP_SHARED);
  if (good) {
    for (std::uintptr_t at = low; at < stack_end; at += word_bytes)
      *reinterpret_cast<std::uint64_t*>(at) = pattern_of(at);
    good = map(file, MAP_PRIVATE);
  }
  if (file >= 0) raw_syscall(SYS_close, file);
  if (!good) engine_failure("cannot fill a stack of %zu bytes with a pattern", filled_stack_bytes);
}

void restore_unwritten_stack(const Thread& thread) {
  const Slot& slot = thread.slot;
  const std::uintptr_t low = slot_end(thread.id) - filled_stack_bytes;
  // Above them on the same page is what the system's thread that lends the stack keeps there.
  const std::uintptr_t whole_pages_end = slot.stack_high & ~(page_bytes - 1);
  if (whole_pages_end < low) return;
  raw_syscall(SYS_madvise, low, whole_pages_end - low, MADV_DONTNEED);
  fill_unwritten(whole_pages_end, slot.stack_high - whole_pages_end);
}

bool is_unwritten(std::uintptr_t address, std::size_t bytes) {
  if (!in_heap_region(address) && !on_filled_stack(address)) return false;
  for (std::size_t done = 0; done < bytes; done += word_bytes) {
    const std::size_t part = std::min(word_bytes, bytes - done);
    std::uint64_t memory = 0;
    std::memcpy(&memory, reinterpret_cast<const void*>(address + done), part);
    if (memory != pattern_at(address + done, part)) return false;
  }
  return !atomics_overlap(address, bytes) && !write_seen(address, bytes);
}

void check_written(std::uintptr_t address, std::size_t bytes, std::uintptr_t pc) {
  if (!is_unwritten(address, bytes)) [[likely]]
    return;
  if (requested_options().uninitialized == explore::Uninitialized::used) {
    note_unwritten_read({pc, address}, bytes);
  } else {
    report_uninitialised({address, bytes}, AccessKind::read, pc);
  }
}

}  // namespace heddle::runtime
