// One memory access of the program: poison, end of atomic objects, data race. Called by the instrumentation
// hooks, the memory functions and the heap.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/own_frames.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/stack_alignment.hpp"

namespace heddle::runtime {

// Bytes of the program's memory.
struct MemoryRange {
  std::uintptr_t address;
  std::size_t bytes;
};

enum class AccessKind : std::uint8_t { read, write, atomic_read, atomic_write, free };

constexpr bool writes(AccessKind kind) {
  return kind == AccessKind::write || kind == AccessKind::atomic_write || kind == AccessKind::free;
}
constexpr bool is_atomic(AccessKind kind) {
  return kind == AccessKind::atomic_read || kind == AccessKind::atomic_write;
}

// What plain accesses of the running thread are recorded as until its next operation; each operation's answer
// brings the next one.
struct Epoch {
  detect::Mark mark = 0;  // detect::mark_of_epoch; 0: not known yet, which equals no recorded mark
  const kernel::EventIndex* clock = nullptr;
};
extern __attribute__((visibility("hidden"))) Epoch epoch;
void refresh_epoch_slowly();
inline void refresh_epoch() {
  if (epoch.mark == 0) [[unlikely]]
    refresh_epoch_slowly();
}
// A new execution begins: whoever ran last is not the running thread.
inline void invalidate_epoch() { epoch.mark = 0; }

// Checks a plain access of `bytes` bytes (any number) by the running thread. `pc` is its return address.
HEDDLE_ALIGNS_STACK void check_plain_access(std::uintptr_t address, std::size_t bytes, AccessKind kind,
                                            std::uintptr_t pc);

// On the stack of a thread that is not the running one.
inline bool on_another_stack(std::uintptr_t address) {
  return address - slots_region < kernel::threads_max * slot_stride &&
         address - slot_base(hot.current->id) >= slot_stride;
}

// Atomic accesses are checked in two steps. Before the operation: the memory must be accessible. Answers the
// cell of `address`.
void check_accessible_slowly(std::uintptr_t address, std::size_t bytes, AccessKind kind, std::uintptr_t pc);
inline detect::Cell& check_accessible(std::uintptr_t address, std::size_t bytes, AccessKind kind,
                                      std::uintptr_t pc) {
  detect::Cell& cell = touch_cell(address);
  if (cell.state != 0 || on_another_stack(address)) [[unlikely]]
    check_accessible_slowly(address, bytes, kind, pc);
  return cell;
}
// After it: the access took place `before` events into its thread and saw the clock the thread has now.
void check_atomic_access(std::uintptr_t address, std::size_t bytes, AccessKind kind,
                         kernel::EventIndex before, std::uintptr_t pc);
// The same for an atomic object's bytes. `location` is that of the operation; the object may have become
// another one since.
struct AtomicObject;
void check_atomic_access(AtomicObject& object, kernel::LocationId location, std::uintptr_t address,
                         std::size_t bytes, AccessKind kind, kernel::EventIndex before, std::uintptr_t pc);

// The same for the sizes of the hooks.
enum class Extent : std::uint8_t { whole, part };  // of what the compiler announced as one access
template <unsigned bytes, bool write, Extent extent>
HEDDLE_ALIGNS_STACK void check_small_access(std::uintptr_t address, std::uintptr_t pc);

// The hook of a plain access of 1, 2, 4 or 8 bytes. An access the running thread has already made since its
// last operation is done after two comparisons.
template <unsigned bytes, bool write, Extent extent = Extent::whole>
[[gnu::always_inline]] inline void plain_access(const void* pointer, std::uintptr_t pc) {
  if (!hot.controlled) return;
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  const detect::Cell& cell = cell_at(address);
  constexpr detect::Mark bytes_mask = (detect::Mark{1} << bytes) - 1;
  const detect::Mark mask = bytes_mask
                            << (detect::mark_mask_shift + static_cast<unsigned>(address % cell_bytes));
  const detect::Mark mark = epoch.mark | mask;
  const detect::Mark compared = ~detect::mark_mask_bits | mask;  // other bytes may be marked as well
  const bool known = ((cell.write ^ (mark | detect::mark_write_bit)) & compared) == 0 ||
                     (!write && ((cell.read ^ mark) & compared) == 0);
  if (known && cell.tag == shadow.tag) [[likely]]
    return;
  check_small_access<bytes, write, extent>(address, pc);
  clean_frames_of_access();
}

// Such accesses of the running thread between the two calls are not checked (they nest).
enum class Ignored : std::uint8_t { reads, writes, all };
void ignore_accesses_begin(Ignored what);
void ignore_accesses_end(Ignored what);
// Every write of instrumented code so far has been seen: ignore_accesses_begin was never called.
bool all_writes_seen();

}  // namespace heddle::runtime
