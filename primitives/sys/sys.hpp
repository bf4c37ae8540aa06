// The seam between the primitives and the operating system.
//
// `threads` is the threading kind of ordinary OS threads and the default template argument of every
// primitive. Its calls reach the kernel through libc entry points that the checker intercepts, so a program
// linked with the checker blocks, wakes and reads the time under the controlled scheduler without being
// compiled differently.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace heddle::sys {

// Points in time are nanoseconds of the monotonic clock.
using nanoseconds = std::int64_t;
inline constexpr nanoseconds no_deadline = std::numeric_limits<nanoseconds>::max();

enum class futex_result : std::uint8_t {
  woken,      // by a wake, a signal or spuriously: the caller checks its condition again
  changed,    // the word did not hold the expected value; did not sleep
  timed_out,  // the deadline passed
};

inline constexpr std::int32_t wake_all = std::numeric_limits<std::int32_t>::max();

struct threads {
  using futex_word = std::atomic<std::uint32_t>;
  using thread_handle = std::uintptr_t;
  using thread_entry = void* (*)(void*);

  // Sleeps while `word` holds `expected`, until a wake or until `deadline`. The comparison and falling asleep
  // are one atomic step with respect to futex_wake. Orders no memory: callers load the word again with the
  // order they need.
  static futex_result futex_wait(const futex_word& word, std::uint32_t expected,
                                 nanoseconds deadline = no_deadline) noexcept;

  // Wakes up to `count` sleepers. Never reads the word, so it may be called after the object was destroyed.
  static void futex_wake(const futex_word& word, std::int32_t count) noexcept;

  // Starts a thread running entry(argument). Returns 0, or the error number (EAGAIN: out of resources).
  static int thread_create(thread_handle& out, thread_entry entry, void* argument) noexcept;

  // Waits until the thread ends and returns what its entry returned. Once per thread, never from the thread
  // itself.
  static void* thread_join(thread_handle thread) noexcept;

  // Lets another ready thread run; returns at once if there is none.
  static void yield() noexcept;

  // Sleeps at least until `deadline`; a signal does not shorten the sleep.
  static void sleep_until(nanoseconds deadline) noexcept;

  // The monotonic clock.
  static nanoseconds now() noexcept;
};

}  // namespace heddle::sys
