// What the pthread frontends remember of a simulated thread during one execution.
#pragma once

#include <cstdint>

#include "checker/detect/held_locks.hpp"
#include "checker/frontend/call.hpp"
#include "checker/kernel/memory.hpp"

namespace heddle::frontend {

// What a thread is blocked in, if it cannot leave by itself (no timeout). See lock_tracking.hpp.
struct WaitEdge {
  enum class For : std::uint8_t { nothing, lock, thread };
  For what = For::nothing;
  bool shared = false;                   // a read lock
  const ObjectRecord* record = nullptr;  // For::lock
  ThreadId thread = kernel::no_thread;   // For::thread
};

struct KeyValue {
  std::uint32_t key;
  const void* value;
};

// See cancel.hpp.
struct Cancellation {
  bool disabled = false;
  bool asynchronous = false;
  bool taken_out = false;  // of its wait set, by the request
};

struct PosixThread {
  bool detached = false;
  bool joined = false;  // somebody joined it, or is about to
  bool ending = false;  // unwinding, or running its keys' destructors
  Cancellation cancellation;
  WaitEdge waits;
  std::uintptr_t waiting_with = 0;  // the mutex, while in a condition variable's wait set
  std::uint32_t futex_bits = 0;     // the wait's bit set, while in a futex's wait set
  std::uintptr_t requeued_to = 0;   // the futex it was moved to by whoever took it out of its wait set
  void* cleanup = nullptr;          // innermost __pthread_unwind_buf_t
  std::uint32_t keys_created = 0;
  detect::HeldLocks held;
  kernel::Vector<KeyValue> values;  // of thread-specific keys
};

// Slot of runtime::Thread::frontend that belongs to the pthread frontends.
inline constexpr int posix_thread_slot = 0;

PosixThread& make_posix_thread(runtime::Thread& thread);

inline PosixThread& posix_thread(runtime::Thread& thread) {
  void* state = thread.frontend[posix_thread_slot];
  return state != nullptr ? *static_cast<PosixThread*>(state) : make_posix_thread(thread);
}
inline PosixThread& posix_thread(ThreadId thread) { return posix_thread(runtime::thread_at(thread)); }
inline PosixThread& my_posix_thread() { return posix_thread(runtime::current_thread()); }

}  // namespace heddle::frontend
