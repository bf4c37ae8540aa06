// The atomic objects of the running execution: which kernel location the bytes at an address are.
//
// An atomic object exists from the first atomic access to its end: a plain write to its bytes (a constructor,
// memset), a free, or an atomic access of another size that every earlier access happens before. What follows
// at the address is another incarnation with its own location, whose initial value is what memory holds then.
// Found through the shadow cell (detect::Cell::atomic); an object of 16 bytes is listed in both of its cells.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/kernel/types.hpp"
#include "checker/runtime/record_pool.hpp"

namespace heddle::runtime {

struct AtomicObject {
  std::uintptr_t address = 0;
  kernel::Value initial = 0;  // value of the location before any store of this execution
  kernel::Value last = 0;     // what memory holds: the value of the mo-last store
  // Until then (hot.operations), reading the initial value is reading what nobody is known to have written.
  std::uint64_t unwritten_until = 0;
  kernel::LocationId location = 0;
  std::uint32_t incarnation = 0;
  std::uint32_t next[2] = {};  // next object in the first and in the second cell it lies in
  std::uint8_t size = 0;
  bool live = false;
  bool in_second_cell = false;  // stays listed there when a smaller object follows
  detect::AtomicMarks marks;    // objects of 16 bytes have none: theirs are in the cells

  std::uint8_t mask() const { return static_cast<std::uint8_t>(((1U << size) - 1) << address % 8); }
};

// Index into the table of the execution's atomic objects; 0 is none.
using AtomicIndex = std::uint32_t;
namespace detail {
extern __attribute__((visibility("hidden"))) RecordPool<AtomicObject> atomic_objects;
}
inline AtomicObject& atomic_object(AtomicIndex index) { return detail::atomic_objects[index - 1]; }

// The live object of exactly these bytes, 0 if there is none. `cell` is that of `address`, touched.
inline AtomicIndex find_atomic(const detect::Cell& cell, std::uintptr_t address, std::size_t size) {
  for (AtomicIndex index = cell.atomic; index != 0;) {
    const AtomicObject& object = atomic_object(index);
    if (object.address == address) return object.live && object.size == size ? index : 0;
    index = object.next[object.address / 8 == address / 8 ? 0 : 1];
  }
  return 0;
}

// A new incarnation for these bytes, holding `value`. No live object may overlap them.
AtomicIndex make_atomic(std::uintptr_t address, std::size_t size, kernel::Value value);

// True if a live object overlaps [address, address + size), at most 16 bytes.
bool atomics_overlap(std::uintptr_t address, std::size_t size);

// Ends the objects that overlap [address, address + size) within the cell of `address`.
void end_atomics(detect::Cell& cell, std::uintptr_t address, std::size_t size);
// A plain access to [address, address + size), the part within one cell of one to [whole, whole + bytes):
// tells the explorer of the objects whose values are looked at, or are to be a part of those of others.
void tell_of_look(const detect::Cell& cell, std::uintptr_t address, std::size_t size, std::uintptr_t whole,
                  std::size_t bytes, bool write);
// The same for all of [address, address + size), which is read.
void tell_of_copy(std::uintptr_t address, std::size_t size);
// Ends all objects in a cell.
inline void end_atomics_in_cell(std::uintptr_t cell_address, detect::Cell& cell) {
  end_atomics(cell, cell_address & ~std::uintptr_t{7}, 8);
}

// What the 8 bytes `word` in the cell of `address` say of a thread's state: which objects they are, but not
// what these hold, which is nobody's business until it is loaded; and the other bytes.
std::uint64_t without_atomic_values(const detect::Cell& cell, std::uintptr_t address, std::uint64_t word);

// Accesses to atomic objects are recorded in them (detect::AtomicMarks) or in their cell, the touched one of
// `address`, like all others.
//
// Records an access of a thread whose clock this is. Answers the earlier access it races with, or null; valid
// until the next call.
const detect::Conflict* check_race(std::uintptr_t address, detect::Cell& cell, const detect::Access& access,
                                   const kernel::EventIndex* clock);
bool atomics_ordered(const detect::Cell& cell, std::uintptr_t address, std::uint8_t mask,
                     kernel::ThreadId thread, const kernel::EventIndex* clock);
bool atomics_touched_by_others(const detect::Cell& cell, std::uintptr_t address, kernel::ThreadId thread);
void forget_atomic_accesses(const detect::Cell& cell, std::uintptr_t address);

// A new execution: no object exists. Cells must be fresh before they are used again.
void reset_atomic_objects();

}  // namespace heddle::runtime
