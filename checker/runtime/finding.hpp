// What a detector or frontend adds to a finding: the accesses involved. Attach them, then call fail() or
// note().
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/kernel/types.hpp"
#include "checker/runtime/thread.hpp"
#include "reports/format/rule.hpp"

namespace heddle::runtime {

// Strings have static storage; their values are those of docs/run-protocol.md.
struct Access {
  const char* role =
      "current";  // current, previous, freed_at, allocated_at, acquired_at, created_at, notified_at
  const char* kind = "read";  // read, write, atomic read, free, lock, ...
  kernel::ThreadId thread = 0;
  std::uint32_t size = 0;
  std::uintptr_t address = 0;
  std::uint64_t step =
      0;  // the thread's last step when it happened (traced executions: trace_position()), 0: unknown
  StackTrace stack;
};
void attach(const Access& access);

// Number of the last step recorded so far in a traced execution, from 1; 0 before the first and in untraced
// ones.
std::uint64_t trace_position();

// A heap block, for describing an address. `found` false: not in a heap block.
struct BlockInfo {
  bool found = false;
  bool freed = false;
  std::uintptr_t block = 0;
  std::size_t size = 0;
  kernel::ThreadId allocated_by = kernel::no_thread;
  StackTrace allocated_at;
};
// Set by the heap's owner: describes the block around an address.
void set_describe_block(void (*describe)(std::uintptr_t address, BlockInfo& out));

// A lock a thread holds when the execution ends, for the `held` member. Set by the owner of the locks'
// frontend: calls `visit` once per held lock.
struct HeldLock {
  kernel::ThreadId thread = 0;
  std::uintptr_t object = 0;
  StackTrace acquired_at;
};
void set_enumerate_held(void (*enumerate)(void (*visit)(const HeldLock& lock)));
// The thread holding what a blocked operation waits for (no_thread: none or unknown). Set by the locks'
// frontend.
void set_holder_of(kernel::ThreadId (*holder)(const kernel::Operation& blocked));

}  // namespace heddle::runtime
