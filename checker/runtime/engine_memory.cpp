// The engine's allocator: power-of-two classes carved from a region at a fixed address, freed blocks kept per
// class.
//
// When executions run in forked children there are two regions. Children inherit the ordinary one
// copy-on-write: what they do to it is gone with them. The shared one holds what must outlive them (the
// explorer, verdicts, interned locations); its allocator's state is inside it, so that children and parent
// see one allocator.
#include "checker/runtime/engine_memory.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <new>

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
// Of the shared region, address space only: what a child maps its parent does not have.
constexpr std::size_t shared_bytes = std::size_t{64} << 30;

struct FreeBlock {
  FreeBlock* next;
};
struct Region {
  std::uintptr_t next;    // first byte never handed out
  std::uintptr_t mapped;  // end of the mapped part
  std::uintptr_t limit;
  bool shared;
  FreeBlock* free[classes];
};
constexpr std::size_t region_header_bytes = 4096;
static_assert(sizeof(Region) <= region_header_bytes);

constexpr std::uintptr_t shared_begin = engine_region + runtime::engine_region_bytes / 2;
constexpr std::uintptr_t regions_end = engine_region + runtime::engine_region_bytes;

Region* private_part = nullptr;
Region* shared_part = nullptr;  // the private one, unless executions are forked

void map_more(const Region& r, std::uintptr_t from, std::size_t bytes) {
  if (from + bytes > r.limit || runtime::map_fixed(from, bytes, r.shared) == nullptr) {
    runtime::engine_failure("out of memory: cannot map %zu bytes at %p for the checker itself", bytes,
                            reinterpret_cast<void*>(from));
  }
}

Region* open_region(std::uintptr_t begin, std::uintptr_t end, bool shared) {
  const std::size_t bytes = shared ? shared_bytes : chunk_bytes;
  const Region opened{begin + region_header_bytes, begin + bytes, shared ? begin + bytes : end, shared, {}};
  map_more(opened, begin, bytes);
  return new (reinterpret_cast<void*>(begin)) Region(opened);
}

unsigned class_of(std::size_t bytes) {
  const unsigned bits = static_cast<unsigned>(std::bit_width(bytes <= 16 ? std::size_t{15} : bytes - 1));
  return bits - smallest_class;
}

}  // namespace

void* engine_allocate(std::size_t bytes) {
  if (runtime::detail::current_region == nullptr) [[unlikely]]
    runtime::detail::open_regions();
  Region& r = *static_cast<Region*>(runtime::detail::current_region);
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
    map_more(r, r.mapped, more);
    r.mapped += more;
  }
  r.next = at + rounded;
  return reinterpret_cast<void*>(at);
}

void engine_release(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr) return;
  auto* block = static_cast<FreeBlock*>(memory);
  Region& r = reinterpret_cast<std::uintptr_t>(memory) < shared_begin ? *private_part : *shared_part;
  const unsigned size_class = class_of(bytes);
  block->next = r.free[size_class];
  r.free[size_class] = block;
}

}  // namespace heddle::kernel

namespace heddle::runtime {

void part_shared_memory() {
  using namespace kernel;
  if (shared_part == nullptr || shared_part == private_part) return;
  const std::size_t used = shared_part->next - shared_begin;
  const long copy =
      raw_syscall(SYS_mmap, 0, used, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (copy < 0) engine_failure("out of memory: cannot copy %zu bytes for a worker", used);
  std::memcpy(reinterpret_cast<void*>(copy), reinterpret_cast<void*>(shared_begin), used);
  raw_syscall(SYS_munmap, shared_begin, shared_bytes);
  if (map_fixed(shared_begin, shared_bytes, true) == nullptr)
    engine_failure("cannot map the memory that a worker shares with its executions");
  std::memcpy(reinterpret_cast<void*>(shared_begin), reinterpret_cast<void*>(copy), used);
  raw_syscall(SYS_munmap, copy, used);
}

}  // namespace heddle::runtime

namespace heddle::runtime::detail {

void* current_region = nullptr;
void* shared_region = nullptr;

void open_regions() {
  using namespace kernel;
  private_part = open_region(engine_region, shared_begin, false);
  shared_part = private_part;
  shared_region = shared_part;
  current_region = private_part;
  open_shared_region();
}

void open_shared_region() {
  using namespace kernel;
  if (requested_options().isolation != explore::Isolation::fork) return;
  if (private_part == nullptr || shared_part != private_part) return;
  shared_part = open_region(shared_begin, regions_end, true);
  shared_region = shared_part;
}

}  // namespace heddle::runtime::detail
