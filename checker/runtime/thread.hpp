// A simulated thread: a fiber on a fixed stack that borrows the thread-local storage of a real, parked
// thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"
#include "checker/runtime/address_space.hpp"

namespace heddle::runtime {

// What a slot lends to the thread that runs on it. Made once per process, never undone. See thread_slots.hpp.
struct Slot {
  bool ready = false;
  std::uintptr_t fs_base = 0;     // also the pthread_t of the real thread
  std::uintptr_t stack_high = 0;  // where the fiber's stack starts, growing down
  std::uintptr_t stack_low = 0;   // lowest mapped byte
  std::uintptr_t* call_stack = nullptr;
  char* tls_block = nullptr;  // the executable's thread-local block
  void** exception_globals = nullptr;
  int* error_number = nullptr;
};

struct ThreadStart {
  void* (*entry)(void*) = nullptr;
  void* argument = nullptr;
  bool detached = false;
  std::size_t stack_size = 0;  // bytes, 0 for the default
  std::uintptr_t pc = 0;       // of the creating call
};

struct ThreadDestructor;  // a thread_local object's destructor, see threads.cpp

inline constexpr std::size_t thread_name_bytes = 32;

// Everything but `slot` is meaningful only in the execution whose number is `execution`.
struct Thread {
  kernel::ThreadId id = 0;
  std::uint64_t execution = 0;
  void* context = nullptr;             // the suspended fiber
  std::uintptr_t* call_top = nullptr;  // next free entry of the call stack
  kernel::Answer answer;               // of the operation it is suspended in
  const kernel::Operation* pending = nullptr;
  std::uintptr_t stack_limit = 0;  // an operation asked for below this address is a stack overflow
  Slot slot;
  bool exiting = false;   // thread_local destructors run, or its exit operation is pending
  bool exited = false;    // its exit operation has happened or is its last
  bool may_stop = false;  // see recording.hpp
  bool stopped = false;   // it did
  ThreadStart start;
  void* result = nullptr;
  kernel::ThreadId creator = kernel::no_thread;
  ThreadDestructor* destructors = nullptr;
  void* frontend[4] = {};  // null at the thread's start; the frontends share it out
  // Stores outside its own stack, allocations, readings of clocks: whatever makes its future differ without
  // showing in its registers and stack. And what it said it observed. See spin_state.hpp.
  std::uint64_t side_effects = 0;
  std::uint64_t touched = 0;         // kernel::Operation::touched
  std::uint64_t unseen_changes = 0;  // see spin_state.hpp
  std::uint64_t memory_before = 0;   // the same: memory_state() when it went on
  std::uint32_t looks_left = 0;      // the same
  std::size_t cleaned = 0;           // bytes at the top of its stack that were zero when it began
  ThreadStart last_start;            // of the thread it created last
  std::int64_t elapsed_ns = 0;       // virtual time
  std::uint64_t random_state = 0;    // of rand() and the like
  char name[thread_name_bytes] = {};
};

// The thread table; entry i is thread i and slot i. thread_at(i) is valid for i < kernel::threads_max.
extern __attribute__((visibility("hidden"))) Thread thread_table[kernel::threads_max];
inline Thread& thread_at(kernel::ThreadId id) { return thread_table[id]; }

// The instrumented function calls of a thread, as return addresses. The array is followed by unmapped memory,
// so that neither needs a bound check: runaway recursion faults and is reported as a stack overflow.
inline void push_call(Thread& thread, std::uintptr_t pc) { *thread.call_top++ = pc; }
// A longjmp or a non-local exit may have skipped some pushes' pops, never the reverse.
inline void pop_call(Thread& thread) {
  if (thread.call_top != thread.slot.call_stack) --thread.call_top;
}

// Return addresses, innermost first.
struct StackTrace {
  static constexpr std::uint32_t depth_max = 48;
  std::uint32_t depth = 0;
  std::uintptr_t pc[depth_max] = {};
};
// The thread's present stack; `pc` is the innermost frame and is left out when 0.
void capture_stack(const Thread& thread, std::uintptr_t pc, StackTrace& out);

}  // namespace heddle::runtime
