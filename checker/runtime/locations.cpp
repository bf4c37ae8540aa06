// Interned locations: one id per (address, kind, incarnation), for the life of the process, so that an
// explorer may keep what it learnt about a location from one execution to the next.
#include "checker/kernel/memory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/objects.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

// In shared memory: a forked execution's locations keep their ids in the next one.
struct Locations {
  RecordPool<LocationInfo, 1024> infos;  // id 0 is never given out: it means "no location yet" in records
  LocationId* table = nullptr;
  std::size_t table_mask = 0;
};
Locations* locations = nullptr;

std::size_t hash(std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation) {
  std::uint64_t mixed =
      address + (static_cast<std::uint64_t>(kind) << 56) + (std::uint64_t{incarnation} << 48);
  mixed *= 0x9e37'79b9'7f4a'7c15U;
  return mixed ^ (mixed >> 29);
}

bool matches(const LocationInfo& info, std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation) {
  return info.address == address && info.kind == kind && info.incarnation == incarnation;
}

void grow(Locations& l) {
  const SharedMemoryScope scope;
  const std::size_t old_entries = l.table == nullptr ? 0 : l.table_mask + 1;
  const std::size_t entries = old_entries == 0 ? 4096 : old_entries * 2;
  auto* const bigger = static_cast<LocationId*>(kernel::engine_allocate(entries * sizeof(LocationId)));
  for (std::size_t i = 0; i < entries; ++i) bigger[i] = 0;
  for (std::size_t i = 0; i < old_entries; ++i) {
    if (l.table[i] == 0) continue;
    const LocationInfo& info = l.infos[l.table[i]];
    std::size_t at = hash(info.address, info.kind, info.incarnation) & (entries - 1);
    while (bigger[at] != 0) at = (at + 1) & (entries - 1);
    bigger[at] = l.table[i];
  }
  if (l.table != nullptr) kernel::engine_release(l.table, old_entries * sizeof(LocationId));
  l.table = bigger;
  l.table_mask = entries - 1;
}

}  // namespace

void open_locations() {
  locations = &make_shared_object<Locations>();
  const SharedMemoryScope scope;
  locations->infos.add() = {};
  grow(*locations);
}

LocationId intern_location(std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation) {
  Locations& l = *locations;
  std::size_t at = hash(address, kind, incarnation) & l.table_mask;
  while (l.table[at] != 0) {
    if (matches(l.infos[l.table[at]], address, kind, incarnation)) return l.table[at];
    at = (at + 1) & l.table_mask;
  }
  const SharedMemoryScope scope;
  const auto added = static_cast<LocationId>(l.infos.size());
  l.table[at] = added;
  l.infos.add() = {address, kind, incarnation};
  if (l.infos.size() * 2 > l.table_mask) grow(l);
  return added;
}

const LocationInfo& location_info(LocationId location) { return locations->infos[location]; }

}  // namespace heddle::runtime
