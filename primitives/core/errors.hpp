// What primitives throw, and when misuse is looked for.
//
// Misuse (breaking a documented precondition) throws where misuse_checked, and is undefined elsewhere, at no
// cost. HEDDLE_CHECK_MISUSE sets it: 1 or 0; by default it is on in debug builds and in instrumented ones
// (-fsanitize=thread: the checker's and ThreadSanitizer's). All sources of a program must agree.
#pragma once

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <system_error>

#if !defined(HEDDLE_CHECK_MISUSE)
#if !defined(NDEBUG) || defined(__SANITIZE_THREAD__)
#define HEDDLE_CHECK_MISUSE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HEDDLE_CHECK_MISUSE 1
#endif
#endif
#endif
#if !defined(HEDDLE_CHECK_MISUSE)
#define HEDDLE_CHECK_MISUSE 0
#endif

namespace heddle {

inline constexpr bool misuse_checked = HEDDLE_CHECK_MISUSE != 0;

// A lock, condition or semaphore was used against its contract.
//   operation_not_permitted         unlock, wait or notify without the lock
//   resource_deadlock_would_occur   a thread waits for itself
//   value_too_large                 a count does not fit
class lock_error : public std::system_error {
 public:
  lock_error(std::errc code, const char* what) : std::system_error(std::make_error_code(code), what) {}
};

// A thread or timer is not in a state that allows the call: started twice, joined before the start.
class thread_state_error : public std::logic_error {
  using std::logic_error::logic_error;
};

// More was given back than had been taken: a bounded semaphore, task_done().
class over_release : public std::logic_error {
  using std::logic_error::logic_error;
};

// Thrown by calls that either return a value or throw; plain timed waits return what happened instead.
class timeout_error : public std::system_error {
 public:
  explicit timeout_error(const char* what)
      : std::system_error(std::make_error_code(std::errc::timed_out), what) {}
};

// What a check of a precondition does. Out of line in spirit: keeps throwing code off the fast paths.
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_lock_error(std::errc code, const char* what) {
  throw lock_error(code, what);
}

// Destroying what threads still use cannot be reported by an exception.
[[noreturn, gnu::cold, gnu::noinline]] inline void destroyed_in_use(const char* what) noexcept {
  std::fprintf(stderr, "heddle: %s destroyed while threads wait for it\n", what);
  std::terminate();
}

}  // namespace heddle
