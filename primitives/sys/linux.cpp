#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "primitives/sys/sys.hpp"

namespace heddle::sys {
namespace {

static_assert(sizeof(pthread_t) == sizeof(threads::thread_handle));
static_assert(sizeof(threads::futex_word) == 4);

constexpr nanoseconds second = 1'000'000'000;

timespec to_timespec(nanoseconds t) { return {.tv_sec = t / second, .tv_nsec = t % second}; }

}  // namespace

// FUTEX_WAIT_BITSET rather than FUTEX_WAIT: its timeout is absolute, so that retries do not extend it.
futex_result threads::futex_wait(const futex_word& word, std::uint32_t expected,
                                 nanoseconds deadline) noexcept {
  timespec until{};
  if (deadline != no_deadline) until = to_timespec(deadline > 0 ? deadline : 0);
  const long result = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                              deadline == no_deadline ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  if (result == 0) return futex_result::woken;
  if (errno == ETIMEDOUT) return futex_result::timed_out;
  return errno == EAGAIN ? futex_result::changed : futex_result::woken;
}

void threads::futex_wake(const futex_word& word, std::int32_t count) noexcept {
  syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0);
}

int threads::thread_create(thread_handle& out, thread_entry entry, void* argument) noexcept {
  pthread_t thread{};
  const int error = pthread_create(&thread, nullptr, entry, argument);
  out = static_cast<thread_handle>(thread);
  return error;
}

void* threads::thread_join(thread_handle thread) noexcept {
  void* result = nullptr;
  pthread_join(static_cast<pthread_t>(thread), &result);
  return result;
}

void threads::yield() noexcept { sched_yield(); }

void threads::sleep_until(nanoseconds deadline) noexcept {
  const timespec until = to_timespec(deadline > 0 ? deadline : 0);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

nanoseconds threads::now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * second + now.tv_nsec;
}

}  // namespace heddle::sys
