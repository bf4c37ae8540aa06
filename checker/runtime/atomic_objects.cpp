#include "checker/runtime/atomic_objects.hpp"

#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"

namespace heddle::runtime {
namespace {

RecordPool<AtomicObject> objects;

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

}  // namespace

AtomicObject& atomic_object(AtomicIndex index) { return objects[index - 1]; }

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
    objects.add() = {};
    found = static_cast<AtomicIndex>(objects.size());
    atomic_object(found).next[0] = cell.atomic;
    cell.atomic = found;
  }
  AtomicObject& object = atomic_object(found);
  object.address = address;
  object.initial = value;
  object.last = value;
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

void reset_atomic_objects() { objects.shrink(0); }

}  // namespace heddle::runtime
