// The heap of a checked program: deterministic, instrumented, reset in O(threads) between executions.
//
// Each thread allocates from an arena of its own at a fixed address, by bumping: addresses depend only on the
// thread's own sequence of allocations, never on the interleaving. A block is a 32-byte header (which is also
// the red zone between neighbours) and its payload. Freed blocks are quarantined, so that a late access is
// recognised, until the execution has freed more than quarantine_bytes_max; then the allocating thread reuses
// its oldest ones.
//
// In an execution one OS thread runs the program, and nothing is locked. Outside, a lock protects the heap,
// and freed blocks are reused at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/detect/race.hpp"
#include "checker/kernel/types.hpp"
#include "checker/runtime/finding.hpp"

namespace heddle::runtime {

inline constexpr std::uintptr_t heap_region = 0x1858'0000'0000;
inline constexpr std::size_t main_arena_bytes = std::size_t{64} << 30;
inline constexpr std::size_t thread_arena_bytes = std::size_t{256} << 20;
inline constexpr std::size_t heap_region_bytes =
    main_arena_bytes + (kernel::threads_max - 1) * thread_arena_bytes;
inline constexpr std::size_t quarantine_bytes_max = std::size_t{64} << 20;

inline bool in_heap_region(std::uintptr_t address) { return address - heap_region < heap_region_bytes; }

// Memory for the calling thread (before `main` and outside executions: the main thread's arena), zero-filled,
// aligned to `alignment` (a power of two, at least 16 is used). `pc` is the return address of the allocating
// call. Null: out of memory (errno is the caller's business). A size of 0 gives a unique address.
void* heap_allocate(std::size_t bytes, std::size_t alignment, std::uintptr_t pc);
// The block's content counts as written (calloc, realloc). It is live, and this is its start.
void heap_mark_initialised(void* block);
// Frees `block`, which lies in heap_region. Double frees, interior pointers and races with other accesses are
// findings.
void heap_free(void* block, const char* call, std::uintptr_t pc);
// The requested size of a live block; 0 if `block` is not the start of one.
std::size_t heap_block_size(const void* block);
// `block` is not the start of a live block: freeing it is an error.
bool heap_is_not_live(const void* block);

// The blocks allocated until now become part of the program's initial state. What they contain, headers
// included, is the caller's to restore. Called once, before the first execution.
struct HeapContents {
  std::uintptr_t address;
  std::size_t bytes;
};
HeapContents heap_snapshot();
// A new execution: rewinds every arena used to the snapshot.
void heap_reset();

// State of an untouched cell in heap_region: what freshen_cell() must know. `limit`: see CellState::partial.
enum class CellState : std::uint8_t;
CellState heap_state_of(std::uintptr_t cell_address, std::uint8_t& limit);

// Heap memory that this thread allocates, unless its arena is full.
bool in_arena_of(kernel::ThreadId thread, std::uintptr_t address);
// The allocation of heap memory as an access to the bytes of `mask` in the cell of `address`; 0 if it was
// before the execution, or is not known.
detect::Mark heap_allocation_mark(std::uintptr_t address, std::uint8_t mask);

// The block around an address, or the one its red zone belongs to.
struct HeapBlock {
  bool found = false;
  bool freed = false;
  bool initial = false;      // from before the execution
  bool initialised = false;  // heap_mark_initialised
  std::uintptr_t address = 0;
  std::size_t size = 0;
  kernel::ThreadId allocated_by = kernel::no_thread;
  kernel::ThreadId freed_by = kernel::no_thread;
  StackTrace allocated_at;
  StackTrace freed_at;
};
HeapBlock heap_block_at(std::uintptr_t address);

// Calls visit for every block allocated since the snapshot and not freed, oldest first within an arena. For
// leaks.
void heap_visit_live(void (*visit)(const HeapBlock& block, void* context), void* context);

// Held around a fork outside an execution, so that the child never finds another thread in the middle of it.
void heap_lock();
void heap_unlock();

// Calls visit for the part of every arena that was used in this execution.
void heap_visit_used(void (*visit)(std::uintptr_t begin, std::uintptr_t end, void* context), void* context);

// Bytes handed out and not freed in this execution, for limits and tests.
std::size_t heap_live_bytes();

}  // namespace heddle::runtime
