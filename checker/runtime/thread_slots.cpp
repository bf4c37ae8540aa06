#include "checker/runtime/thread_slots.hpp"

#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <atomic>
#include <cstring>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/fiber.hpp"
#include "checker/runtime/instrumented.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/unwritten.hpp"

// libstdc++'s per-thread exception state; absent in programs without C++.
extern "C" __attribute__((weak)) void** __cxa_get_globals() noexcept;

namespace heddle::runtime {

Thread thread_table[kernel::threads_max];

namespace {

constexpr std::size_t page = 4096;
// Left free between the parked thread's own frames and the fiber's first one.
constexpr std::size_t parked_frames_bytes = 512;
constexpr std::size_t exception_globals_words = 2;  // __cxa_eh_globals: caught list, uncaught count

// Where things are relative to a thread's FS base. Equal in all threads: static thread-local storage of the
// modules loaded at start-up.
struct Layout {
  std::ptrdiff_t exception_globals = 0;
  std::ptrdiff_t error_number = 0;
  bool has_exceptions = false;
};
Layout layout;

// The thread-local variables of a module of the program.
struct Block {
  std::ptrdiff_t offset;  // from a thread's FS base
  std::size_t bytes;
  const char* image;  // initial contents; zeros follow
  std::size_t image_bytes;
  char* of_initial_thread;  // as snapshot_initial_thread found it
};
kernel::Vector<Block>* blocks = nullptr;  // the executable's first, if it has one
bool executable_has_block = false;

int measure_module(dl_phdr_info* info, std::size_t, void* data) {
  auto& index = *static_cast<int*>(data);
  const bool executable = index++ == 0;
  if (!executable && !is_instrumented(*info)) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_TLS || info->dlpi_tls_data == nullptr) continue;
    blocks->push_back({static_cast<char*>(info->dlpi_tls_data) - reinterpret_cast<char*>(fs_base()),
                       header.p_memsz, reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr),
                       header.p_filesz, nullptr});
    executable_has_block = executable_has_block || executable;
  }
  return 0;
}

char* block_of(const Slot& slot, const Block& block) {
  return reinterpret_cast<char*>(slot.fs_base) + block.offset;
}

void fill_slot(Slot& slot, std::uintptr_t base) {
  slot.fs_base = base;
  slot.tls_block = executable_has_block ? block_of(slot, (*blocks)[0]) : reinterpret_cast<char*>(base);
  slot.error_number = reinterpret_cast<int*>(reinterpret_cast<char*>(base) + layout.error_number);
  if (layout.has_exceptions) {
    slot.exception_globals =
        reinterpret_cast<void**>(reinterpret_cast<char*>(base) + layout.exception_globals);
  }
}

// Slots are far apart, by a multiple of every cache's size: what all threads use most would compete for the
// same few lines. So each begins somewhat further on.
constexpr std::size_t colour(kernel::ThreadId id) {
  constexpr std::size_t step = 21 * 64;  // about what a short thread touches of its stack
  constexpr std::size_t colours = 48;
  return id % colours * step;
}

void map_slot(kernel::ThreadId id, Slot& slot) {
  auto* const calls = static_cast<char*>(map_fixed(slot_base(id), call_stack_bytes));
  if (calls != nullptr) slot.call_stack = reinterpret_cast<std::uintptr_t*>(calls + colour(id));
  slot.stack_low = slot_end(id) - stack_bytes_default;
  slot.stack_high = slot_end(id);
  if (slot.call_stack == nullptr || map_fixed(slot.stack_low, stack_bytes_default) == nullptr) {
    engine_failure("cannot map the stack of thread %u", id);
  }
  if (hot.fills_memory) map_unwritten_stack(slot.stack_high);
}

// How the creator of a real thread learns where it parked.
struct Parking {
  std::atomic<int> parked{0};
  std::uintptr_t fs_base = 0;
  std::uintptr_t stack = 0;
};

void* park(void* argument) {
  auto& parking = *static_cast<Parking*>(argument);
  parking.fs_base = fs_base();
  parking.stack = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  parking.parked.store(1, std::memory_order_release);
  raw_syscall(SYS_futex, &parking.parked, FUTEX_WAKE_PRIVATE, 1);
  // From here on this thread's memory belongs to fibers: no libc, and a futex word nobody ever wakes.
  static const int never = 0;
  for (;;) raw_syscall(SYS_futex, &never, FUTEX_WAIT_PRIVATE, 0);
}

void create_parked_thread(Slot& slot, kernel::ThreadId id) {
  const auto create = reinterpret_cast<decltype(&pthread_create)>(real_function("pthread_create"));
  Parking parking;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, reinterpret_cast<void*>(slot.stack_low),
                        stack_bytes_default - colour(id));
  std::uint64_t all = ~std::uint64_t{0};
  std::uint64_t before = 0;
  raw_syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof all);
  pthread_t handle;
  const int error = create(&handle, &attributes, park, &parking);
  raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, sizeof before);
  pthread_attr_destroy(&attributes);
  if (error != 0)
    engine_failure("cannot create the system thread that lends its storage to thread %u: error %d", id,
                   error);
  while (parking.parked.load(std::memory_order_acquire) == 0) {
    raw_syscall(SYS_futex, &parking.parked, FUTEX_WAIT_PRIVATE, 0);
  }
  slot.stack_high = (parking.stack - parked_frames_bytes) & ~std::uintptr_t{63};
  fill_slot(slot, parking.fs_base);
}

void make_slot(Thread& thread, kernel::ThreadId id) {
  Slot& slot = thread.slot;
  map_slot(id, slot);
  // Creating a thread runs library code; the caller may be a fiber whose storage must not be seen by it.
  const EngineScope scope;
  const std::uintptr_t borrowed = fs_base();
  set_fs_base(thread_at(0).slot.fs_base);
  create_parked_thread(slot, id);
  set_fs_base(borrowed);
  thread.stack_limit = slot.stack_low + stack_reserve_bytes;
  slot.ready = true;
}

void grow_stack(Thread& thread, std::size_t bytes) {
  const std::size_t wanted = (bytes < stack_bytes_max ? bytes + page - 1 : stack_bytes_max) & ~(page - 1);
  const std::uintptr_t low = (thread.slot.stack_high - wanted) & ~std::uintptr_t{page - 1};
  if (low >= thread.slot.stack_low) return;
  if (map_fixed(low, thread.slot.stack_low - low) == nullptr) {
    engine_failure("cannot map a stack of %zu bytes", bytes);
  }
  thread.slot.stack_low = low;
  thread.stack_limit = low + stack_reserve_bytes;
}

}  // namespace

void open_slots() {
  detect_fs_base_instructions();
  const std::uintptr_t base = fs_base();
  blocks = new (kernel::engine_allocate(sizeof(kernel::Vector<Block>))) kernel::Vector<Block>;
  int index = 0;
  dl_iterate_phdr(measure_module, &index);
  layout.error_number = reinterpret_cast<char*>(&errno) - reinterpret_cast<char*>(base);
  if (__cxa_get_globals != nullptr) {
    layout.exception_globals = reinterpret_cast<char*>(__cxa_get_globals()) - reinterpret_cast<char*>(base);
    layout.has_exceptions = true;
  }
  Thread& initial = thread_at(0);
  map_slot(0, initial.slot);
  fill_slot(initial.slot, base);
  initial.stack_limit = initial.slot.stack_low + stack_reserve_bytes;
  initial.slot.ready = true;
  make_slot(thread_at(1), 1);
}

void ensure_slot(Thread& thread, std::size_t stack_bytes) {
  if (!thread.slot.ready) [[unlikely]]
    make_slot(thread, static_cast<kernel::ThreadId>(&thread - thread_table));
  if (stack_bytes > stack_bytes_default) [[unlikely]]
    grow_stack(thread, stack_bytes);
}

void snapshot_initial_thread() {
  for (Block& block : *blocks) {
    block.of_initial_thread = static_cast<char*>(kernel::engine_allocate(block.bytes));
    std::memcpy(block.of_initial_thread, block_of(thread_at(0).slot, block), block.bytes);
  }
}

void reset_thread_locals(Thread& thread) {
  Slot& slot = thread.slot;
  for (const Block& block : *blocks) {
    char* const to = block_of(slot, block);
    if (&thread == thread_table) {
      std::memcpy(to, block.of_initial_thread, block.bytes);
    } else {
      std::memcpy(to, block.image, block.image_bytes);
      std::memset(to + block.image_bytes, 0, block.bytes - block.image_bytes);
    }
  }
  if (slot.exception_globals != nullptr) {
    for (std::size_t i = 0; i < exception_globals_words; ++i) slot.exception_globals[i] = nullptr;
  }
  *slot.error_number = 0;
}

StackPlace stack_place(std::uintptr_t address) {
  if (address < slots_region || address >= slot_base(kernel::threads_max)) return {nullptr, false};
  Thread& thread = thread_at(static_cast<kernel::ThreadId>((address - slots_region) / slot_stride));
  const bool in_calls = address % slot_stride < call_stack_bytes;
  return {&thread, !in_calls && address < thread.slot.stack_low};
}

}  // namespace heddle::runtime
