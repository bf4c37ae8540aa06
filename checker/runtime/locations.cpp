// Interned locations: one id per (address, kind, incarnation), for the life of the process, so that an
// explorer may keep what it learnt about a location from one execution to the next.
#include "checker/kernel/memory.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

// Id 0 is never given out: it means "no location yet" in records.
RecordPool<LocationInfo, 1024> infos;
LocationId* table = nullptr;
std::size_t table_mask = 0;

std::size_t hash(std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation) {
  std::uint64_t mixed =
      address + (static_cast<std::uint64_t>(kind) << 56) + (std::uint64_t{incarnation} << 48);
  mixed *= 0x9e37'79b9'7f4a'7c15U;
  return mixed ^ (mixed >> 29);
}

bool matches(const LocationInfo& info, std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation) {
  return info.address == address && info.kind == kind && info.incarnation == incarnation;
}

void grow() {
  const std::size_t old_entries = table == nullptr ? 0 : table_mask + 1;
  const std::size_t entries = old_entries == 0 ? 4096 : old_entries * 2;
  auto* const bigger = static_cast<LocationId*>(kernel::engine_allocate(entries * sizeof(LocationId)));
  for (std::size_t i = 0; i < entries; ++i) bigger[i] = 0;
  for (std::size_t i = 0; i < old_entries; ++i) {
    if (table[i] == 0) continue;
    const LocationInfo& info = infos[table[i]];
    std::size_t at = hash(info.address, info.kind, info.incarnation) & (entries - 1);
    while (bigger[at] != 0) at = (at + 1) & (entries - 1);
    bigger[at] = table[i];
  }
  if (table != nullptr) kernel::engine_release(table, old_entries * sizeof(LocationId));
  table = bigger;
  table_mask = entries - 1;
}

}  // namespace

LocationId intern_location(std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation) {
  if (infos.size() * 2 >= table_mask) [[unlikely]] {
    if (infos.size() == 0) infos.add() = {};
    grow();
  }
  std::size_t at = hash(address, kind, incarnation) & table_mask;
  while (table[at] != 0) {
    if (matches(infos[table[at]], address, kind, incarnation)) return table[at];
    at = (at + 1) & table_mask;
  }
  table[at] = static_cast<LocationId>(infos.size());
  infos.add() = {address, kind, incarnation};
  return table[at];
}

const LocationInfo& location_info(LocationId location) { return infos[location]; }

}  // namespace heddle::runtime
