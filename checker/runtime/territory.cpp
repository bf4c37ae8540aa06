#include "checker/runtime/territory.hpp"

#include <algorithm>
#include <cstring>

#include "checker/explore/exhaustive/memo.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/address_space.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/runtime.hpp"

// Set by the linker.
extern "C" __attribute__((visibility("hidden"))) const char __executable_start;
extern "C" __attribute__((visibility("hidden"))) const char end;

namespace heddle::runtime {
namespace {

enum class Use : std::uint8_t {
  untouched = 0,
  read,          // by `thread`
  read_by_many,  // and written by nobody
  owned,         // read and written by `thread`
  handed,        // by the main thread until it creates `thread`, then by that
  atomic,        // of `bytes` bytes
  shared,        // plain memory that is only accessed by `bytes` bytes as a whole, 0: not accessed since
};

struct Land {
  Use use;
  std::uint8_t thread;
  std::uint8_t created;  // read, owned: most threads there were at an access
  std::uint8_t bytes;
};
static_assert(sizeof(Land) == land_bytes);

constexpr ThreadId threads_told_apart = 250;
constexpr std::uint8_t not_whole = 255;  // Land::bytes of shared memory that is nothing of the sort

Land& land_at(std::uintptr_t address) {
  return *reinterpret_cast<Land*>(territory_region + (address & shadow_address_mask & ~(land_bytes - 1)));
}

Use after_access(const Land& land, ThreadId thread, ThreadId created, bool write) {
  const bool own = land.thread == thread;
  // One of the two is the main thread, and all it did to this memory came before the other was created.
  const auto handed_over = [&] {
    return (land.thread == 0 && thread >= land.created) || (thread == 0 && created <= land.thread);
  };
  switch (land.use) {
    case Use::untouched:
      return write ? Use::owned : Use::read;
    case Use::read:
      if (own) return write ? Use::owned : Use::read;
      if (!write) return Use::read_by_many;
      return handed_over() ? Use::handed : Use::shared;
    case Use::read_by_many:
      return write ? Use::shared : Use::read_by_many;
    case Use::owned:
      if (own) return Use::owned;
      return handed_over() ? Use::handed : Use::shared;
    case Use::handed:
      return own || (thread == 0 && created <= land.thread) ? Use::handed : Use::shared;
    default:
      return Use::shared;
  }
}

// Answers whether the memory is shared now.
bool become(Land& land, Use use, ThreadId thread) {
  if (use == Use::shared) {
    if (land.use != Use::shared && land.use != Use::untouched) hot.memo->conflict();
    if (land.use != Use::shared) land.bytes = land.use == Use::atomic ? not_whole : 0;
  } else if (land.use == Use::untouched || (use == Use::handed && land.use != Use::handed && thread != 0)) {
    land.thread = static_cast<std::uint8_t>(thread);
  }
  land.use = use;
  return use == Use::shared;
}

template <class Visit>
void for_each_land(std::uintptr_t address, std::size_t bytes, Visit visit) {
  for (std::uintptr_t at = address & ~(land_bytes - 1); at < address + bytes; at += land_bytes)
    visit(land_at(at));
}

Value look(std::uintptr_t address, std::size_t bytes) {
  Value value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address), bytes);
  return value;
}

// One of the executable's variables, which are there as long as the process.
bool is_variable(std::uintptr_t address, std::size_t bytes) {
  if (bytes > sizeof(Value) || (bytes & (bytes - 1)) != 0 || (address & (bytes - 1)) != 0) return false;
  return address >= reinterpret_cast<std::uintptr_t>(&__executable_start) &&
         address + bytes <= reinterpret_cast<std::uintptr_t>(&end);
}

// Shared plain memory is accessed: what is read and written is part of the thread's history, if all accesses
// are of the same bytes; else it is open.
void note_shared_access(std::uintptr_t address, std::size_t bytes, bool write, bool foreign) {
  bool whole = !foreign && is_variable(address, bytes);
  for_each_land(address, bytes, [&](const Land& land) {
    whole = whole && land.use == Use::shared && (land.bytes == 0 || land.bytes == bytes);
  });
  if (whole) whole = hot.memo->access(address, bytes, write, look);
  for_each_land(address, bytes,
                [&](Land& land) { land.bytes = whole ? static_cast<std::uint8_t>(bytes) : not_whole; });
  if (!whole) hot.memo->open();
}

// Whose stack it is may end, which others can tell.
bool on_stack_of_another(std::uintptr_t address) {
  return on_another_stack(address) && address - slots_region >= slot_stride;
}

}  // namespace

void note_plain_access(std::uintptr_t address, std::size_t bytes, bool write) {
  const ThreadId created = thread_count();
  if (created == 1) return;
  if (created > threads_told_apart) return forget_all();
  const ThreadId me = self();
  const bool foreign = on_stack_of_another(address);
  bool shared = false;
  for_each_land(address, bytes, [&](Land& land) {
    const bool now = become(land, foreign ? Use::shared : after_access(land, me, created, write), me);
    shared = shared || now;
    if (me == 0) land.created = std::max(land.created, static_cast<std::uint8_t>(created));
  });
  if (shared) note_shared_access(address, bytes, write, foreign);
}

void note_atomic_access(std::uintptr_t address, std::size_t bytes) {
  if (thread_count() == 1) return;
  const bool foreign = on_stack_of_another(address);
  for_each_land(address, bytes, [&](Land& land) {
    const bool fits = land.use == Use::untouched ||
                      (land.use == Use::atomic && land.bytes == static_cast<std::uint8_t>(bytes));
    if (become(land, fits && !foreign ? Use::atomic : Use::shared, 0)) {
      land.bytes = not_whole;
      hot.memo->open();
    } else {
      land.bytes = static_cast<std::uint8_t>(bytes);
    }
  });
}

void note_result(const void* result, std::size_t bytes) {
  if (hot.memo != nullptr) note_plain_access(reinterpret_cast<std::uintptr_t>(result), bytes, true);
}

void note_open() {
  if (hot.memo != nullptr) hot.memo->open();
}

void forget_all() {
  if (hot.memo != nullptr) hot.memo->switch_off();
}

}  // namespace heddle::runtime
