// The engine's allocator: power-of-two classes carved from a private region at a fixed address, freed blocks
// kept per class. Its own state is the region's first page, so that when the region is shared
// (isolation=fork) a forked child and its parent see one allocator and one explorer.
#include <bit>
#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/address_space.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::kernel {
namespace {

using runtime::engine_region;

constexpr unsigned smallest_class = 4;  // 16 bytes
constexpr unsigned classes = 41;
constexpr std::size_t chunk_bytes = std::size_t{16} << 20;

struct FreeBlock {
  FreeBlock* next;
};
struct Region {
  std::uintptr_t next;    // first byte never handed out
  std::uintptr_t mapped;  // end of the mapped part
  bool shared;
  FreeBlock* free[classes];
};
constexpr std::size_t region_header_bytes = 4096;
static_assert(sizeof(Region) <= region_header_bytes);

bool opened = false;

Region& region() { return *reinterpret_cast<Region*>(engine_region); }

void map_more(std::uintptr_t from, std::size_t bytes, bool shared) {
  if (from + bytes > engine_region + runtime::engine_region_bytes ||
      runtime::map_fixed(from, bytes, shared) == nullptr) {
    runtime::engine_failure("out of memory: cannot map %zu bytes at %p for the checker itself", bytes,
                            reinterpret_cast<void*>(from));
  }
}

void open_region() {
  const bool shared = runtime::requested_options().isolation == explore::Isolation::fork;
  map_more(engine_region, chunk_bytes, shared);
  region().next = engine_region + region_header_bytes;
  region().mapped = engine_region + chunk_bytes;
  region().shared = shared;
  opened = true;
}

unsigned class_of(std::size_t bytes) {
  const unsigned bits = static_cast<unsigned>(std::bit_width(bytes <= 16 ? std::size_t{15} : bytes - 1));
  return bits - smallest_class;
}

}  // namespace

void* engine_allocate(std::size_t bytes) {
  if (!opened) [[unlikely]]
    open_region();
  Region& r = region();
  const unsigned size_class = class_of(bytes);
  if (size_class >= classes) runtime::engine_failure("the checker asked itself for %zu bytes", bytes);
  if (FreeBlock* block = r.free[size_class]; block != nullptr) {
    r.free[size_class] = block->next;
    return block;
  }
  const std::size_t rounded = std::size_t{1} << (size_class + smallest_class);
  // Blocks of a page or more start on a page, so that large tables can be given back to the kernel or aligned
  // to it.
  if (rounded >= 4096)
    r.next = (r.next + 4095) & ~std::uintptr_t{4095};
  else if (rounded >= 64)
    r.next = (r.next + 63) & ~std::uintptr_t{63};
  const std::uintptr_t at = r.next;
  if (at + rounded > r.mapped) {
    const std::size_t needed = at + rounded - r.mapped;
    const std::size_t more = (needed + chunk_bytes - 1) / chunk_bytes * chunk_bytes;
    map_more(r.mapped, more, r.shared);
    r.mapped += more;
  }
  r.next = at + rounded;
  return reinterpret_cast<void*>(at);
}

void engine_release(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr) return;
  auto* block = static_cast<FreeBlock*>(memory);
  Region& r = region();
  const unsigned size_class = class_of(bytes);
  block->next = r.free[size_class];
  r.free[size_class] = block;
}

}  // namespace heddle::kernel
