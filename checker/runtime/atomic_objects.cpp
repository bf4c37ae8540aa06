#include "checker/runtime/atomic_objects.hpp"

#include <algorithm>
#include <new>

#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"

namespace heddle::runtime {

RecordPool<AtomicObject> detail::atomic_objects;

namespace {

using detail::atomic_objects;

// Which of an object's two lists the cell of `address` heads.
std::size_t list_of(const AtomicObject& object, std::uintptr_t address) {
  return object.address / cell_bytes == address / cell_bytes ? 0 : 1;
}

bool overlaps(const AtomicObject& object, std::uintptr_t address, std::size_t size) {
  return object.address < address + size && address < object.address + object.size;
}

template <class Visit>
void for_each_object(const detect::Cell& cell, std::uintptr_t address, Visit visit) {
  for (AtomicIndex index = cell.atomic; index != 0;) {
    AtomicObject& object = atomic_object(index);
    const AtomicIndex next = object.next[list_of(object, address)];
    if (visit(index, object)) return;
    index = next;
  }
}

// Another size follows, for which the marks would mean other bytes.
void move_marks_to_cell(AtomicObject& object, detect::Cell& cell) {
  object.marks.for_each([&](kernel::ThreadId thread, kernel::EventIndex epoch, bool write) {
    race_detector().remember(cell, {thread, epoch, object.mask(), write, true});
  });
  object.marks.clear();
}

}  // namespace

AtomicIndex make_atomic(std::uintptr_t address, std::size_t size, kernel::Value value) {
  detect::Cell& cell = touch_cell(address);
  AtomicIndex found = 0;
  for_each_object(cell, address, [&](AtomicIndex index, const AtomicObject& object) {
    if (object.address == address) found = index;
    return found != 0;
  });
  std::uint32_t incarnation = 0;
  if (found != 0) {
    incarnation = atomic_object(found).incarnation + 1;
  } else {
    new (&atomic_objects.add()) AtomicObject;
    found = static_cast<AtomicIndex>(atomic_objects.size());
    atomic_object(found).next[0] = cell.atomic;
    cell.atomic = found;
  }
  AtomicObject& object = atomic_object(found);
  if (object.size != size && !object.marks.empty()) move_marks_to_cell(object, cell);
  object.address = address;
  object.initial = value;
  object.last = value;
  object.unwritten_until = 0;
  object.incarnation = incarnation;
  object.location = intern_location(address, ObjectKind::atomic, incarnation);
  object.size = static_cast<std::uint8_t>(size);
  object.live = true;
  if (size > cell_bytes && !object.in_second_cell) {
    detect::Cell& second = touch_cell(address + cell_bytes);
    object.next[1] = second.atomic;
    second.atomic = found;
    object.in_second_cell = true;
  }
  return found;
}

bool atomics_overlap(std::uintptr_t address, std::size_t size) {
  bool any = false;
  for (std::uintptr_t at = address & ~(cell_bytes - 1); at < address + size; at += cell_bytes) {
    for_each_object(touch_cell(at), at, [&](AtomicIndex, const AtomicObject& object) {
      any = any || (object.live && overlaps(object, address, size));
      return any;
    });
  }
  return any;
}

void end_atomics(detect::Cell& cell, std::uintptr_t address, std::size_t size) {
  for_each_object(cell, address, [&](AtomicIndex, AtomicObject& object) {
    if (overlaps(object, address, size)) object.live = false;
    return false;
  });
}

void tell_of_look(const detect::Cell& cell, std::uintptr_t address, std::size_t size, std::uintptr_t whole,
                  std::size_t bytes, bool write) {
  for_each_object(cell, address, [&](AtomicIndex, const AtomicObject& object) {
    if (!object.live || !overlaps(object, address, size)) return false;
    const bool replaced = write && whole <= object.address && object.address + object.size <= whole + bytes;
    if (!replaced) tell_of_look(object.address);
    return false;
  });
}

void tell_of_copy(std::uintptr_t address, std::size_t size) {
  for_each_touched_cell(address, size, [&](std::uintptr_t at, const detect::Cell& cell) {
    tell_of_look(cell, at, cell_bytes, address, size, false);
  });
}

std::uint64_t without_atomic_values(const detect::Cell& cell, std::uintptr_t address, std::uint64_t word) {
  std::uint64_t locations = 0;
  for_each_object(cell, address, [&](AtomicIndex, const AtomicObject& object) {
    if (!object.live) return false;
    const std::uintptr_t first = std::max(object.address, address & ~(cell_bytes - 1));
    const std::uintptr_t last = std::min(object.address + object.size, (address | (cell_bytes - 1)) + 1);
    const std::uint64_t bits = last - first == cell_bytes
                                   ? ~std::uint64_t{0}
                                   : ((std::uint64_t{1} << (last - first) * 8) - 1) << first % cell_bytes * 8;
    word &= ~bits;
    locations += (std::uint64_t{object.location} + 1) * 0x9e3779b97f4a7c15ULL;
    return false;
  });
  return word + locations;
}

const detect::Conflict* check_race(std::uintptr_t address, detect::Cell& cell, const detect::Access& access,
                                   const kernel::EventIndex* clock) {
  static detect::Conflict with_atomic;
  bool races = false;
  if (cell.atomic != 0 && !access.atomic) {
    for_each_object(cell, address, [&](AtomicIndex, AtomicObject& object) {
      races =
          (!object.marks.empty() && object.marks.check(access, object.mask(), clock, with_atomic)) || races;
      return false;
    });
  }
  const detect::Conflict* const conflict = race_detector().check(cell, access, clock);
  return conflict == nullptr && races ? &with_atomic : conflict;
}

bool atomics_ordered(const detect::Cell& cell, std::uintptr_t address, std::uint8_t mask,
                     kernel::ThreadId thread, const kernel::EventIndex* clock) {
  bool all = true;
  for_each_object(cell, address, [&](AtomicIndex, const AtomicObject& object) {
    all = all && (object.marks.empty() || (object.mask() & mask) == 0 || object.marks.ordered(thread, clock));
    return !all;
  });
  return all;
}

bool atomics_touched_by_others(const detect::Cell& cell, std::uintptr_t address, kernel::ThreadId thread) {
  bool touched = false;
  for_each_object(cell, address, [&](AtomicIndex, const AtomicObject& object) {
    object.marks.for_each(
        [&](kernel::ThreadId t, kernel::EventIndex, bool) { touched = touched || t != thread; });
    return touched;
  });
  return touched;
}

void forget_atomic_accesses(const detect::Cell& cell, std::uintptr_t address) {
  for_each_object(cell, address, [&](AtomicIndex, AtomicObject& object) {
    object.marks.clear();
    return false;
  });
}

void reset_atomic_objects() { atomic_objects.shrink(0); }

}  // namespace heddle::runtime
