// malloc and its family. operator new and delete end here as well.
//
// In a program that is checked, memory for the program comes from the checker's heap from the very first
// constructor on, and memory for libc's own purposes (stdio buffers, the loader, unwind tables), which no
// execution restores, from libc's. The two are told apart by who calls; a block is freed to where its address
// says it came from.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "checker/frontend/caller.hpp"
#include "checker/frontend/intercept.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/access_report.hpp"
#include "checker/runtime/atomic_objects.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/territory.hpp"
#include "checker/runtime/unwritten.hpp"

// glibc's allocator under the names nobody intercepts. They need no dlsym, which allocates, and work before
// anything is initialised.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void __libc_free(void* block);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* block, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
}

namespace {

using heddle::frontend::allocation_site;
using heddle::frontend::use_our_heap;
using heddle::runtime::heap_allocate;
using heddle::runtime::heap_block_size;
using heddle::runtime::hot;
using heddle::runtime::in_heap_region;
using heddle::runtime::owns_heap;

constexpr std::size_t default_alignment = 16;
constexpr std::size_t page_bytes = 4096;

std::size_t (*real_usable_size)(void*) = nullptr;

bool is_ours(const void* block) { return in_heap_region(reinterpret_cast<std::uintptr_t>(block)); }

bool is_power_of_two(std::size_t n) { return n != 0 && (n & (n - 1)) == 0; }

void* allocate(std::size_t bytes, std::size_t alignment, std::uintptr_t pc) {
  void* const block = heap_allocate(bytes, alignment, pc);
  if (block == nullptr) errno = ENOMEM;
  return block;
}

// What it contains is undefined: the program has to write it first.
void* allocate_unwritten(std::size_t bytes, std::size_t alignment, std::uintptr_t pc) {
  void* const block = allocate(bytes, alignment, pc);
  if (hot.fills_memory && hot.active && block != nullptr)
    heddle::runtime::fill_unwritten(reinterpret_cast<std::uintptr_t>(block), bytes);
  return block;
}

void* allocate_aligned(std::size_t alignment, std::size_t bytes, std::uintptr_t pc, const void* frame) {
  if (!use_our_heap(pc)) return __libc_memalign(alignment, bytes);
  if (!is_power_of_two(alignment)) {
    errno = EINVAL;
    return nullptr;
  }
  return allocate_unwritten(bytes, alignment, allocation_site(pc, frame));
}

// A block of libc's that the program frees in an execution. It came from before the checked body, and every
// execution frees it again; or from libc in this one. Only a program checked from its start can tell: there
// it is the latter.
void free_libc_block(void* block) {
  if (!hot.active || owns_heap()) __libc_free(block);
}

void release(void* block, const char* call, std::uintptr_t pc) {
  if (block == nullptr) return;
  if (is_ours(block)) return heddle::runtime::heap_free(block, call, pc);
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  if (heddle::runtime::controlled() && heddle::frontend::cannot_be_heap(address)) {
    heddle::runtime::report_bad_free(address, call, pc);
  }
  free_libc_block(block);
}

// Always moves: a stale pointer to the old block is then a finding, whatever the sizes.
void* reallocate(void* block, std::size_t bytes, std::uintptr_t pc) {
  const std::size_t old_bytes = heap_block_size(block);
  if (old_bytes == 0 && hot.active && heddle::runtime::heap_is_not_live(block)) {
    heddle::runtime::report_bad_free(reinterpret_cast<std::uintptr_t>(block), "realloc", pc);
  }
  void* const moved = allocate(bytes, default_alignment, pc);
  if (moved == nullptr) return nullptr;
  // What was not written before counts as written from here on: nothing tells the two apart.
  heddle::runtime::heap_mark_initialised(moved);
  const std::size_t kept = old_bytes < bytes ? old_bytes : bytes;
  if (hot.active) heddle::runtime::tell_of_copy(reinterpret_cast<std::uintptr_t>(block), kept);
  std::memcpy(moved, block, kept);
  if (hot.fills_memory && hot.active)
    heddle::runtime::fill_unwritten(reinterpret_cast<std::uintptr_t>(moved) + kept, bytes - kept);
  heddle::runtime::heap_free(block, "realloc", pc);
  return moved;
}

}  // namespace

#define HEDDLE_FRAME __builtin_frame_address(0)

HEDDLE_INTERCEPT void* malloc(std::size_t bytes) {
  const std::uintptr_t pc = HEDDLE_CALLER_PC;
  if (!use_our_heap(pc) || heddle::frontend::is_library_pool(bytes, pc)) return __libc_malloc(bytes);
  return allocate_unwritten(bytes, default_alignment, allocation_site(pc, HEDDLE_FRAME));
}

HEDDLE_INTERCEPT void free(void* block) { release(block, "free", HEDDLE_CALLER_PC); }

HEDDLE_INTERCEPT void cfree(void* block) { release(block, "free", HEDDLE_CALLER_PC); }

HEDDLE_INTERCEPT void* calloc(std::size_t count, std::size_t bytes) {
  const std::uintptr_t pc = HEDDLE_CALLER_PC;
  if (!use_our_heap(pc)) return __libc_calloc(count, bytes);
  std::size_t total = 0;
  if (__builtin_mul_overflow(count, bytes, &total)) {
    errno = ENOMEM;
    return nullptr;
  }
  void* const block = allocate(total, default_alignment, allocation_site(pc, HEDDLE_FRAME));
  if (block != nullptr) heddle::runtime::heap_mark_initialised(block);
  return block;
}

HEDDLE_INTERCEPT void* realloc(void* block, std::size_t bytes) {
  const std::uintptr_t pc = HEDDLE_CALLER_PC;
  if (block == nullptr) {
    return use_our_heap(pc) ? allocate_unwritten(bytes, default_alignment, pc) : __libc_malloc(bytes);
  }
  if (!is_ours(block)) return __libc_realloc(block, bytes);
  if (bytes == 0) {
    release(block, "realloc", pc);
    return nullptr;
  }
  return reallocate(block, bytes, pc);
}

HEDDLE_INTERCEPT void* reallocarray(void* block, std::size_t count, std::size_t bytes) {
  std::size_t total = 0;
  if (__builtin_mul_overflow(count, bytes, &total)) {
    errno = ENOMEM;
    return nullptr;
  }
  const std::uintptr_t pc = HEDDLE_CALLER_PC;
  if (block == nullptr) {
    return use_our_heap(pc) ? allocate_unwritten(total, default_alignment, pc) : __libc_malloc(total);
  }
  return is_ours(block) ? reallocate(block, total, pc) : __libc_realloc(block, total);
}

HEDDLE_INTERCEPT void* memalign(std::size_t alignment, std::size_t bytes) {
  return allocate_aligned(alignment, bytes, HEDDLE_CALLER_PC, HEDDLE_FRAME);
}
HEDDLE_INTERCEPT void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return allocate_aligned(alignment, bytes, HEDDLE_CALLER_PC, HEDDLE_FRAME);
}
HEDDLE_INTERCEPT int posix_memalign(void** out, std::size_t alignment, std::size_t bytes) {
  if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  void* const block = allocate_aligned(alignment, bytes, HEDDLE_CALLER_PC, HEDDLE_FRAME);
  if (block == nullptr) return ENOMEM;
  heddle::runtime::note_result(out, sizeof *out);
  *out = block;
  return 0;
}
HEDDLE_INTERCEPT void* valloc(std::size_t bytes) {
  return allocate_aligned(page_bytes, bytes, HEDDLE_CALLER_PC, HEDDLE_FRAME);
}
HEDDLE_INTERCEPT void* pvalloc(std::size_t bytes) {
  return allocate_aligned(page_bytes, (bytes + page_bytes - 1) & ~(page_bytes - 1), HEDDLE_CALLER_PC,
                          HEDDLE_FRAME);
}

HEDDLE_INTERCEPT std::size_t malloc_usable_size(void* block) {
  if (is_ours(block)) return heap_block_size(block);
  if (real_usable_size == nullptr) {
    real_usable_size =
        reinterpret_cast<std::size_t (*)(void*)>(heddle::runtime::real_function("malloc_usable_size"));
  }
  return real_usable_size(block);
}
