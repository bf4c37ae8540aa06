// The seam between the primitives and the operating system.
//
// `threads` is the threading kind of ordinary OS threads and the default template argument of every
// primitive. Its calls reach the kernel through libc entry points that the checker intercepts, so a program
// linked with the checker blocks, wakes and reads the time under the controlled scheduler without being
// compiled differently.
//
// Porting to another system is one file: a definition of the functions of `threads` declared here
// (linux.cpp is the one for Linux). Everything else in primitives/ is standard C++.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heddle::sys {

// Points in time are nanoseconds of the monotonic clock, but where a function says otherwise.
using nanoseconds = std::int64_t;
inline constexpr nanoseconds no_deadline = std::numeric_limits<nanoseconds>::max();

enum class futex_result : std::uint8_t {
  woken,      // by a wake, a signal or spuriously: the caller checks its condition again
  changed,    // the word did not hold the expected value; did not sleep
  timed_out,  // the deadline passed; no wake was spent on this thread
};

// Who may sleep on a word: threads of this process, or of every process that maps it.
enum class sharing : std::uint8_t { in_process, between_processes };

// Sleepers of one word fall into groups; a wake names those it means. A set of bits, never empty.
using futex_groups = std::uint32_t;
inline constexpr futex_groups all_groups = ~futex_groups{0};

inline constexpr std::int32_t wake_all = std::numeric_limits<std::int32_t>::max();

struct thread_attributes {
  const char* name = nullptr;   // shown by debuggers; cut to what the system keeps (Linux: 15 bytes)
  std::size_t stack_bytes = 0;  // at least so much; 0: the system's default
  std::span<const unsigned> processors = {};  // may run on these only; empty: on all
  bool detached = false;                      // cannot be joined; its resources are freed when it ends
};

struct threads {
  using futex_word = std::atomic<std::uint32_t>;
  using thread_handle = std::uintptr_t;
  using thread_entry = void* (*)(void*);
  using thread_id = std::uint32_t;  // of Linux: below 2^22

  // Sleeps while `word` holds `expected`, until a wake that means one of `groups` or until `deadline`. The
  // comparison and falling asleep are one atomic step with respect to futex_wake. Orders no memory: callers
  // load the word again with the order they need.
  static futex_result futex_wait(const futex_word& word, std::uint32_t expected,
                                 nanoseconds deadline = no_deadline, futex_groups groups = all_groups,
                                 sharing who = sharing::in_process) noexcept;

  // Wakes up to `count` sleepers of `groups`; returns how many. Never reads the word, so it may be called
  // after the object was destroyed: whoever sleeps at that address by then wakes spuriously.
  static std::int32_t futex_wake(const futex_word& word, std::int32_t count, futex_groups groups = all_groups,
                                 sharing who = sharing::in_process) noexcept;

  // Starts a thread running entry(argument). What the caller did before happens before entry. Returns 0, or
  // the error number: EAGAIN out of resources, EINVAL a stack too small or a processor that does not exist.
  static int thread_create(thread_handle& out, thread_entry entry, void* argument,
                           const thread_attributes& attributes = {}) noexcept;

  // Waits until the thread ends, which happens before the return, and gives what its entry returned. Once for
  // each thread that is not detached, never from the thread itself.
  static void* thread_join(thread_handle thread) noexcept;

  // Nobody will join the thread: the system frees it when it ends.
  static void thread_detach(thread_handle thread) noexcept;

  // The calling thread's number, unique among live threads of the system and never 0. Cached: one load of a
  // thread-local variable.
  static thread_id self() noexcept { return own_id != 0 ? own_id : first_self(); }

  // Renames the calling thread as debuggers see it.
  static void set_name(const char* name) noexcept;

  // The calling thread may run on these processors only. Returns 0 or the error number.
  static int set_processors(std::span<const unsigned> processors) noexcept;

  // The smallest stack thread_create accepts, in bytes.
  static std::size_t stack_bytes_min() noexcept;

  // Processors this process may run on, at least 1.
  static unsigned processor_count() noexcept;

  // Lets another ready thread run; returns at once if there is none. Orders no memory.
  static void yield() noexcept;

  // Tells the processor that this is a spinning loop.
  static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
  }

  // How often a thread may look again before it sleeps: about as long as waking it would take. 0 where
  // spinning cannot help: on one processor, and under the checker, for which it would only repeat
  // interleavings.
  static int spin_rounds() noexcept { return spin_rounds_max; }

  // Between two looks; `rounds_left` counts down to 1. Each pause is twice as long as the one before, so that
  // whoever is waited for keeps the cache line meanwhile; then other threads are let in: it may have lost its
  // processor.
  static void pause(int rounds_left) noexcept {
    constexpr int yields = 20;
    if (rounds_left <= yields) return yield();
    for (int i = 1 << (spin_rounds_max - rounds_left); i > 0; --i) relax();
  }

  // After a compare-exchange that another thread was faster than: leaves the cache line to that thread for a
  // moment. True: time has passed, so the word should be read again. Where spinning cannot help, false at
  // once.
  static bool back_off() noexcept {
    if (spin_rounds_max == 0) return false;
    for (int i = 0; i < 16; ++i) relax();
    return true;
  }

  // Sleeps at least until `deadline`; a signal does not shorten the sleep.
  static void sleep_until(nanoseconds deadline) noexcept;

  // The monotonic clock.
  static nanoseconds now() noexcept;

  // The wall clock: nanoseconds since 1970 UTC. May jump.
  static nanoseconds wall_now() noexcept;

  // 64 bits nobody can guess; for seeds and back-off. Repeatable under the checker.
  static std::uint64_t random() noexcept;

  // For the child of a fork, which is a thread of another number with the same thread-local variables.
  static void after_fork_child() noexcept { own_id = 0; }

 private:
  static thread_id first_self() noexcept;

  static constinit inline thread_local thread_id own_id = 0;
  static int spin_rounds_max;
};

}  // namespace heddle::sys
