#include "checker/runtime/objects.hpp"

#include "checker/kernel/memory.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

// What is known of an address for the life of the process. Forgetting an execution's objects is a change of
// the execution's number: `current` counts only if `execution` is the present one.
struct Place {
  std::uintptr_t address;
  std::uint64_t execution;
  ObjectRecord* current;       // null: retired
  std::uint32_t incarnations;  // begun in this execution
  ObjectKind first_kind;       // kind and location of the first incarnation, looked up once per process
  LocationId first_location;
  ObjectRecord first;  // the first incarnation's record; later ones live in `later`
};

RecordPool<Place> places;
RecordPool<ObjectRecord> later;
RecordPool<Place*> used;  // places used in this execution

Place** table = nullptr;
std::size_t table_mask = 0;

// Which 16-byte granules may hold an object of this execution; makes freeing an ordinary block cheap.
constexpr std::size_t filter_bits = 4096;
constexpr unsigned granule_shift = 4;
std::uint64_t filter[filter_bits / 64];

std::uint64_t& filter_word(std::uintptr_t granule) { return filter[granule % filter_bits / 64]; }
std::uint64_t filter_bit(std::uintptr_t granule) { return std::uint64_t{1} << (granule % 64); }

std::size_t hash(std::uintptr_t address) {
  const std::uint64_t mixed = address * 0x9e37'79b9'7f4a'7c15U;
  return mixed ^ (mixed >> 32);
}

void grow() {
  const std::size_t old_entries = table == nullptr ? 0 : table_mask + 1;
  const std::size_t entries = old_entries == 0 ? 1024 : old_entries * 2;
  auto** const bigger = static_cast<Place**>(kernel::engine_allocate(entries * sizeof(Place*)));
  for (std::size_t i = 0; i < entries; ++i) bigger[i] = nullptr;
  for (std::size_t i = 0; i < old_entries; ++i) {
    if (table[i] == nullptr) continue;
    std::size_t at = hash(table[i]->address) & (entries - 1);
    while (bigger[at] != nullptr) at = (at + 1) & (entries - 1);
    bigger[at] = table[i];
  }
  if (table != nullptr) kernel::engine_release(table, old_entries * sizeof(Place*));
  table = bigger;
  table_mask = entries - 1;
}

Place* find_place(std::uintptr_t address) {
  if (table == nullptr) return nullptr;
  std::size_t at = hash(address) & table_mask;
  while (table[at] != nullptr && table[at]->address != address) at = (at + 1) & table_mask;
  return table[at];
}

Place& add_place(std::uintptr_t address) {
  if (places.size() * 2 >= table_mask) grow();
  Place& place = places.add();
  place = {};
  place.address = address;
  std::size_t at = hash(address) & table_mask;
  while (table[at] != nullptr) at = (at + 1) & table_mask;
  table[at] = &place;
  return place;
}

bool in_use(const Place& place) { return place.execution == hot.execution; }

void enter_execution(Place& place) {
  place.execution = hot.execution;
  place.current = nullptr;
  place.incarnations = 0;
  used.add() = &place;
  const std::uintptr_t granule = place.address >> granule_shift;
  filter_word(granule) |= filter_bit(granule);
}

ObjectRecord& begin_incarnation(Place& place, ObjectKind kind) {
  const std::uint32_t incarnation = place.incarnations++;
  ObjectRecord& record = incarnation == 0 ? place.first : later.add();
  record = {};
  record.address = place.address;
  record.kind = kind;
  record.incarnation = incarnation;
  if (incarnation != 0) {
    record.location = intern_location(place.address, kind, incarnation);
  } else {
    if (place.first_location == 0 || place.first_kind != kind) {
      place.first_kind = kind;
      place.first_location = intern_location(place.address, kind, 0);
    }
    record.location = place.first_location;
  }
  place.current = &record;
  return record;
}

}  // namespace

ObjectRecord& object(std::uintptr_t address, ObjectKind kind) {
  Place* place = find_place(address);
  if (place == nullptr) [[unlikely]]
    place = &add_place(address);
  if (!in_use(*place)) enter_execution(*place);
  if (place->current != nullptr && place->current->kind == kind) return *place->current;
  return begin_incarnation(*place, kind);
}

ObjectRecord* find_object(std::uintptr_t address) {
  Place* const place = find_place(address);
  return place != nullptr && in_use(*place) ? place->current : nullptr;
}

LocationId second_location(ObjectRecord& record) {
  constexpr std::uint32_t second = std::uint32_t{1} << 31;
  if (record.location2 == 0) {
    record.location2 = intern_location(record.address, record.kind, record.incarnation | second);
  }
  return record.location2;
}

void retire_object(std::uintptr_t address) {
  Place* const place = find_place(address);
  if (place != nullptr && in_use(*place)) place->current = nullptr;
}

void retire_objects(std::uintptr_t address, std::size_t bytes) {
  if (used.size() == 0 || bytes == 0) return;
  const std::uintptr_t first = address >> granule_shift;
  const std::uintptr_t last = (address + bytes - 1) >> granule_shift;
  if (last - first >= used.size()) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i]->address - address < bytes) used[i]->current = nullptr;
    }
    return;
  }
  for (std::uintptr_t granule = first; granule <= last; ++granule) {
    if ((filter_word(granule) & filter_bit(granule)) == 0) continue;
    for (std::uintptr_t at = granule << granule_shift; at < (granule + 1) << granule_shift; ++at) {
      if (at - address < bytes) retire_object(at);
    }
  }
}

void reset_objects() {
  if (used.size() == 0) return;
  for (std::uint64_t& word : filter) word = 0;
  used.shrink(0);
  later.shrink(0);
}

}  // namespace heddle::runtime
