#include "checker/runtime/heap.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "checker/runtime/access.hpp"
#include "checker/runtime/access_report.hpp"
#include "checker/runtime/allocation_log.hpp"
#include "checker/runtime/atomic_objects.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/shadow.hpp"
#include "checker/runtime/size_class.hpp"
#include "checker/runtime/stack_depot.hpp"
#include "checker/runtime/territory.hpp"

namespace heddle::runtime {
namespace {

enum class BlockState : std::uint16_t { live = 0x1a5e, quarantined = 0x0dea, reusable = 0x0f0e };

// Directly below the payload, and the red zone between two blocks. May be overwritten by uninstrumented code:
// whoever reads one checks it first.
struct Header {
  std::uint64_t size;      // as requested; when reusable: the next reusable block of the class
  std::uint32_t capacity;  // of the payload, in units
  std::uint32_t previous;  // distance to the header of the block before, in units; 0: the arena's first
  StackId allocated_at;
  StackId freed_at;
  std::uint16_t allocated_by;
  std::uint16_t freed_by;  // of a live block: whether its content counts as written
  BlockState state;
  std::uint16_t check;  // of the header's own address: interior pointers rarely look like blocks
};
static_assert(sizeof(Header) == 2 * heap_unit);

// How much of the unused end of a block is poisoned: more than any plausible overflow steps over, and cheap.
constexpr std::size_t slack_poisoned_max = 64;
// Larger payloads are cleared by giving their pages back to the kernel: untouched ones then cost nothing.
constexpr std::size_t drop_pages_min = std::size_t{1} << 20;

struct Arena {
  std::uintptr_t base = 0;  // 0: not opened yet
  std::uintptr_t end = 0;
  std::uintptr_t top = 0;                    // nothing allocated from here on
  std::uintptr_t high_water = 0;             // highest top ever: memory above it has never been written
  std::uintptr_t last = 0;                   // header of the topmost block
  kernel::Vector<std::uint32_t> quarantine;  // headers in order of freeing, in units from base
  std::size_t oldest = 0;                    // of the quarantine
  std::uintptr_t* reusable = nullptr;        // per class, the first header
  bool has_reusable = false;
  AllocationLog allocations;
};

struct Heap {
  Arena arenas[kernel::threads_max];
  std::uint32_t arenas_used = 0;  // arenas [0, arenas_used) may have been opened
  std::size_t quarantined = 0;    // bytes, all arenas
  std::size_t live = 0;
  std::uintptr_t snapshot_top = 0;
  std::uintptr_t snapshot_last = 0;
  std::size_t snapshot_live = 0;
  kernel::Vector<std::uintptr_t> initial_blocks;  // headers of the snapshot, ascending
};
// In engine memory as a whole: works before constructors run, and is one object for forked executions.
Heap* heap = nullptr;

Header& header_at(std::uintptr_t address) { return *reinterpret_cast<Header*>(address); }
std::uintptr_t payload_of(std::uintptr_t header) { return header + sizeof(Header); }
std::uint16_t check_of(std::uintptr_t header) {
  return static_cast<std::uint16_t>((header * 0x9e37'79b9'7f4a'7c15) >> 48);
}

std::uint32_t arena_index(std::uintptr_t address) {
  const std::uintptr_t offset = address - heap_region;
  if (offset < main_arena_bytes) return 0;
  return static_cast<std::uint32_t>((offset - main_arena_bytes) / thread_arena_bytes) + 1;
}

void describe_block(std::uintptr_t address, BlockInfo& out) {
  if (!in_heap_region(address)) return;
  const HeapBlock block = heap_block_at(address);
  if (!block.found || address < block.address || address >= block.address + block.size) return;
  out.found = true;
  out.freed = block.freed;
  out.block = block.address;
  out.size = block.size;
  out.allocated_by = block.allocated_by;
  out.allocated_at = block.allocated_at;
}

void open_heap() {
  if (map_fixed(heap_region, heap_region_bytes) == nullptr) {
    engine_failure("cannot reserve %zu GB of address space at %p for the heap", heap_region_bytes >> 30,
                   reinterpret_cast<void*>(heap_region));
  }
  heap = new (kernel::engine_allocate(sizeof(Heap))) Heap;
  set_describe_block(describe_block);
}

Arena& open_arena(std::uint32_t index) {
  if (heap == nullptr) open_heap();
  Arena& arena = heap->arenas[index];
  if (arena.base == 0) [[unlikely]] {
    arena.base = index == 0 ? heap_region : heap_region + main_arena_bytes + (index - 1) * thread_arena_bytes;
    arena.end = arena.base + (index == 0 ? main_arena_bytes : thread_arena_bytes);
    arena.top = arena.base;
    arena.high_water = arena.base;
    heap->arenas_used = std::max(heap->arenas_used, index + 1);
  }
  return arena;
}

// Makes memory that was used before read as zero.
void clear(std::uintptr_t from, std::uintptr_t to) {
  if (to - from >= drop_pages_min) {
    const std::uintptr_t first = (from + shadow_page_bytes - 1) & ~(shadow_page_bytes - 1);
    const std::uintptr_t last = to & ~(shadow_page_bytes - 1);
    raw_syscall(SYS_madvise, first, last - first, MADV_DONTNEED);
    std::memset(reinterpret_cast<void*>(from), 0, first - from);
    std::memset(reinterpret_cast<void*>(last), 0, to - last);
  } else {
    std::memset(reinterpret_cast<void*>(from), 0, to - from);
  }
}

// Marks what follows the payload's last byte as a red zone, up to the next header (or slack_poisoned_max).
void poison_end(std::uintptr_t payload, std::size_t bytes, std::size_t capacity) {
  std::uintptr_t at = payload + bytes;
  const std::uintptr_t end =
      payload + std::min(capacity, bytes + slack_poisoned_max) / cell_bytes * cell_bytes;
  if (at % cell_bytes != 0) {
    detect::Cell& cell = touch_cell(at);
    cell.state = static_cast<std::uint8_t>(CellState::partial);
    cell.limit = static_cast<std::uint8_t>(at % cell_bytes);
    cell.write = heap_allocation_mark(at, static_cast<std::uint8_t>((1U << cell.limit) - 1));
    at += cell_bytes - at % cell_bytes;
  }
  if (at < end) shadow_poison(at, end - at, CellState::red_zone);
}

void make_reusable(Arena& arena, std::uintptr_t address) {
  if (arena.reusable == nullptr) {
    arena.reusable =
        static_cast<std::uintptr_t*>(kernel::engine_allocate(size_classes * sizeof(std::uintptr_t)));
    std::fill_n(arena.reusable, size_classes, 0);
  }
  Header& header = header_at(address);
  const SizeClass size_class = class_of(std::size_t{header.capacity} * heap_unit);
  header.state = BlockState::reusable;
  header.size = arena.reusable[size_class.index];
  arena.reusable[size_class.index] = address;
  arena.has_reusable = true;
}

void forget_reusable(Arena& arena) {
  if (!arena.has_reusable) return;
  std::fill_n(arena.reusable, size_classes, 0);
  arena.has_reusable = false;
}

// Moves the arena's oldest freed blocks to the reusable ones until the execution's quarantine fits again.
void shrink_quarantine(Arena& arena) {
  while (heap->quarantined > quarantine_bytes_max && arena.oldest < arena.quarantine.size()) {
    const std::uintptr_t address = arena.base + std::uintptr_t{arena.quarantine[arena.oldest++]} * heap_unit;
    const std::size_t bytes = std::size_t{header_at(address).capacity} * heap_unit;
    heap->quarantined -= std::min(heap->quarantined, bytes + sizeof(Header));
    make_reusable(arena, address);
  }
  if (arena.oldest > 4096 && arena.oldest > arena.quarantine.size() / 2) {
    arena.quarantine.erase(arena.quarantine.begin(),
                           arena.quarantine.begin() + static_cast<std::ptrdiff_t>(arena.oldest));
    arena.oldest = 0;
  }
}

// The header of a reusable block of the class; 0 if there is none.
std::uintptr_t take_reusable(Arena& arena, SizeClass size_class, std::size_t alignment) {
  if (!arena.has_reusable) return 0;
  const std::uintptr_t address = arena.reusable[size_class.index];
  if (address == 0 || payload_of(address) % alignment != 0) return 0;
  arena.reusable[size_class.index] = header_at(address).size;
  note_open();
  if (hot.active) shadow_forget_range(payload_of(address), size_class.bytes);
  clear(payload_of(address), payload_of(address) + size_class.bytes);
  return address;
}

std::uintptr_t take_new(Arena& arena, SizeClass size_class, std::size_t alignment) {
  const std::uintptr_t payload = (arena.top + sizeof(Header) + alignment - 1) & ~(alignment - 1);
  if (payload + size_class.bytes > arena.end || payload < arena.top) return 0;
  const std::uintptr_t address = payload - sizeof(Header);
  const std::uintptr_t top = payload + size_class.bytes;
  if (payload < arena.high_water) clear(payload, std::min(top, arena.high_water));
  if (hot.active) {
    const std::uintptr_t gap = std::min(address - arena.top, std::uintptr_t{slack_poisoned_max});
    if (gap != 0) shadow_poison(arena.top, gap, CellState::red_zone);
    shadow_poison(address, sizeof(Header), CellState::red_zone);
  }
  Header& header = header_at(address);
  header.capacity = static_cast<std::uint32_t>(size_class.bytes / heap_unit);
  header.previous = arena.last == 0 ? 0 : static_cast<std::uint32_t>((address - arena.last) / heap_unit);
  arena.last = address;
  arena.top = top;
  arena.high_water = std::max(arena.high_water, top);
  return address;
}

bool is_block(const Arena& arena, std::uintptr_t payload) {
  if (payload % heap_unit != 0 || payload < arena.base + sizeof(Header) || payload >= arena.top) return false;
  const std::uintptr_t address = payload - sizeof(Header);
  return header_at(address).check == check_of(address);
}

// The block at `address`, new in this arena, was allocated now. In somebody else's arena nothing is promised:
// its blocks are reused by others.
void note_allocation(Arena& arena, const Thread& thread, std::uintptr_t address) {
  refresh_epoch();
  arena.allocations.note(address, &arena == &heap->arenas[thread.id] ? epoch.mark : 0);
}

// A free is a write to the whole block, so a concurrent access races with it.
void check_free(std::uintptr_t payload, std::size_t bytes, std::uintptr_t pc) {
  refresh_epoch();
  if (bytes != 0) touch_cell(payload);  // the allocation, if nothing else has touched the block
  for_each_touched_cell(payload, bytes, [&](std::uintptr_t at, detect::Cell& cell) {
    const detect::Access access{hot.current->id, static_cast<kernel::EventIndex>(epoch.mark), 0xff, true,
                                false};
    if (const detect::Conflict* conflict = check_race(at, cell, access, epoch.clock)) {
      report_race(at, {payload, bytes}, AccessKind::free, *conflict, pc);
    }
  });
}

HeapBlock block_from(std::uintptr_t address) {
  const Header& header = header_at(address);
  HeapBlock block;
  block.found = true;
  block.freed = header.state != BlockState::live;
  block.address = payload_of(address);
  block.initial = address < heap->snapshot_top;
  block.initialised = !block.freed && header.freed_by != 0;
  block.size = header.state == BlockState::reusable ? std::size_t{header.capacity} * heap_unit : header.size;
  block.allocated_by = header.allocated_by;
  load_stack(header.allocated_at, block.allocated_at);
  if (block.freed) {
    block.freed_by = header.freed_by;
    load_stack(header.freed_at, block.freed_at);
  }
  return block;
}

// Visits the headers of an arena from the topmost down while visit returns true.
template <class Visit>
void walk_down(const Arena& arena, Visit visit) {
  std::uintptr_t address = arena.last;
  while (address >= arena.base && address < arena.top && header_at(address).check == check_of(address)) {
    if (!visit(address)) return;
    const std::uint32_t previous = header_at(address).previous;
    if (previous == 0) return;
    address -= std::uintptr_t{previous} * heap_unit;
  }
}

// Outside executions the program may have threads of its own.
class SpinLock {
 public:
  void lock() {
    while (__atomic_exchange_n(&taken_, true, __ATOMIC_ACQUIRE)) raw_syscall(SYS_sched_yield);
  }
  void unlock() { __atomic_store_n(&taken_, false, __ATOMIC_RELEASE); }

 private:
  bool taken_ = false;
};
SpinLock outside;

class OutsideLock {
 public:
  OutsideLock() : locks_(!hot.active) {
    if (locks_) outside.lock();
  }
  ~OutsideLock() {
    if (locks_) outside.unlock();
  }
  OutsideLock(const OutsideLock&) = delete;
  OutsideLock& operator=(const OutsideLock&) = delete;

 private:
  const bool locks_;
};

Thread& allocating_thread() { return thread_at(hot.active ? hot.current->id : 0); }

}  // namespace

void* heap_allocate(std::size_t bytes, std::size_t alignment, std::uintptr_t pc) {
  const OutsideLock lock;
  if (bytes > main_arena_bytes || alignment > main_arena_bytes) return nullptr;
  alignment = std::max(alignment, heap_unit);
  const SizeClass size_class = class_of(bytes);
  Thread& thread = allocating_thread();
  ++thread.side_effects;
  Arena* arena = &open_arena(thread.id);
  if (heap->quarantined > quarantine_bytes_max) [[unlikely]]
    shrink_quarantine(*arena);
  std::uintptr_t address = take_reusable(*arena, size_class, alignment);
  if (address == 0) {
    address = take_new(*arena, size_class, alignment);
    if (address == 0 && thread.id != 0) {
      note_open();
      arena = &open_arena(0);
      address = take_new(*arena, size_class, alignment);
    }
    if (address == 0) return nullptr;
    if (hot.active) note_allocation(*arena, thread, address);
  }
  Header& header = header_at(address);
  header.size = bytes;
  header.allocated_at = store_stack(thread, pc);
  header.freed_at = 0;
  header.freed_by = 0;
  header.allocated_by = static_cast<std::uint16_t>(thread.id);
  header.state = BlockState::live;
  header.check = check_of(address);
  heap->live += bytes;
  const std::uintptr_t payload = payload_of(address);
  if (hot.memo != nullptr) note_plain_access(payload, std::max(bytes, std::size_t{1}), true);
  if (hot.active) poison_end(payload, bytes, size_class.bytes);
  return reinterpret_cast<void*>(payload);
}

void heap_mark_initialised(void* block) {
  header_at(reinterpret_cast<std::uintptr_t>(block) - sizeof(Header)).freed_by = 1;
}

void heap_free(void* block, const char* call, std::uintptr_t pc) {
  const OutsideLock lock;
  const auto payload = reinterpret_cast<std::uintptr_t>(block);
  Arena& arena = open_arena(arena_index(payload));
  if (heap_is_not_live(block)) [[unlikely]] {
    if (hot.active) report_bad_free(payload, call, pc);
    return;
  }
  const std::uintptr_t address = payload - sizeof(Header);
  Header& header = header_at(address);
  const std::size_t capacity = std::size_t{header.capacity} * heap_unit;
  if (hot.active) {
    if (hot.memo != nullptr) note_plain_access(payload, std::max(header.size, std::uint64_t{1}), true);
    check_free(payload, header.size, pc);
    retire_objects(payload, header.size);
    shadow_poison(payload, (header.size + cell_bytes - 1) / cell_bytes * cell_bytes, CellState::freed);
    arena.quarantine.push_back(static_cast<std::uint32_t>((address - arena.base) / heap_unit));
    heap->quarantined += capacity + sizeof(Header);
  }
  const Thread& thread = allocating_thread();
  header.freed_at = store_stack(thread, pc);
  header.freed_by = static_cast<std::uint16_t>(thread.id);
  header.state = BlockState::quarantined;
  heap->live -= std::min(heap->live, std::size_t{header.size});
  if (!hot.active) make_reusable(arena, address);
}

void heap_lock() { outside.lock(); }
void heap_unlock() { outside.unlock(); }

bool heap_is_not_live(const void* block) {
  const auto payload = reinterpret_cast<std::uintptr_t>(block);
  const Arena& arena = open_arena(arena_index(payload));
  return !is_block(arena, payload) || header_at(payload - sizeof(Header)).state != BlockState::live;
}

std::size_t heap_block_size(const void* block) {
  if (heap_is_not_live(block)) return 0;
  return header_at(reinterpret_cast<std::uintptr_t>(block) - sizeof(Header)).size;
}

HeapContents heap_snapshot() {
  shadow_init();
  Arena& arena = open_arena(0);
  // Executions start from the same addresses whatever was freed before them.
  forget_reusable(arena);
  const std::size_t bytes = arena.top - arena.base;
  heap->snapshot_top = arena.top;
  heap->snapshot_last = arena.last;
  heap->snapshot_live = heap->live;
  heap->initial_blocks.clear();
  walk_down(arena, [](std::uintptr_t address) {
    heap->initial_blocks.push_back(address);
    return true;
  });
  std::reverse(heap->initial_blocks.begin(), heap->initial_blocks.end());
  return {arena.base, bytes};
}

void heap_reset() {
  if (heap == nullptr) return;
  for (std::uint32_t i = 0; i < heap->arenas_used; ++i) {
    Arena& arena = heap->arenas[i];
    arena.top = arena.base;
    arena.last = 0;
    arena.quarantine.clear();
    arena.allocations.clear();
    arena.oldest = 0;
    forget_reusable(arena);
  }
  heap->quarantined = 0;
  heap->live = heap->snapshot_live;
  if (heap->snapshot_top == 0) return;
  Arena& arena = heap->arenas[0];
  arena.top = heap->snapshot_top;
  arena.last = heap->snapshot_last;
}

CellState heap_state_of(std::uintptr_t cell_address, std::uint8_t& limit) {
  if (heap == nullptr) return CellState::normal;
  const Arena& arena = heap->arenas[arena_index(cell_address)];
  if (cell_address >= arena.top) return CellState::red_zone;
  if (cell_address >= heap->snapshot_top) return CellState::normal;
  const auto& blocks = heap->initial_blocks;
  const auto after = std::upper_bound(blocks.begin(), blocks.end(), cell_address);
  if (after == blocks.begin()) return CellState::red_zone;
  const std::uintptr_t address = *(after - 1);
  const Header& header = header_at(address);
  const std::uintptr_t end = payload_of(address) + header.size;
  if (cell_address < payload_of(address)) return CellState::red_zone;
  if (header.state != BlockState::live) return CellState::freed;
  if (cell_address + cell_bytes <= end) return CellState::normal;
  if (cell_address >= end) return CellState::red_zone;
  limit = static_cast<std::uint8_t>(end - cell_address);
  return CellState::partial;
}

bool in_arena_of(kernel::ThreadId thread, std::uintptr_t address) { return arena_index(address) == thread; }

detect::Mark heap_allocation_mark(std::uintptr_t address, std::uint8_t mask) {
  return heap == nullptr ? 0 : heap->arenas[arena_index(address)].allocations.mark_of(address, mask);
}

HeapBlock heap_block_at(std::uintptr_t address) {
  const Arena& arena = open_arena(arena_index(address));
  std::uintptr_t above = 0;
  std::uintptr_t below = 0;
  walk_down(arena, [&](std::uintptr_t header) {
    if (payload_of(header) <= address) {
      below = header;
      return false;
    }
    above = header;
    return true;
  });
  if (below == 0) return above == 0 ? HeapBlock{} : block_from(above);
  const HeapBlock block = block_from(below);
  const std::uintptr_t end = block.address + block.size;
  const bool nearer_to_above = above != 0 && address >= end && payload_of(above) - address < address - end;
  return nearer_to_above ? block_from(above) : block;
}

void heap_visit_live(void (*visit)(const HeapBlock& block, void* context), void* context) {
  if (heap == nullptr) return;
  for (std::uint32_t i = 0; i < heap->arenas_used; ++i) {
    walk_down(heap->arenas[i], [&](std::uintptr_t address) {
      if (address < heap->snapshot_top) return false;
      if (header_at(address).state == BlockState::live) visit(block_from(address), context);
      return true;
    });
  }
}

void heap_visit_used(void (*visit)(std::uintptr_t begin, std::uintptr_t end, void* context), void* context) {
  for (std::uint32_t i = 0; i < heap->arenas_used; ++i) {
    const Arena& arena = heap->arenas[i];
    if (arena.base != 0) visit(arena.base, arena.top, context);
  }
}

std::size_t heap_live_bytes() { return heap == nullptr ? 0 : heap->live; }

}  // namespace heddle::runtime
