// Noise where primitives meet the system: linked into a program, this delays its futex calls at random and
// ends some of its waits for no reason, as a kernel may. Native runs then meet interleavings that otherwise
// need luck.
#include <dlfcn.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <ctime>

namespace {

using system_call = long (*)(long, ...);

std::uint32_t random_number() {
  // One generator for each thread, begun at its own stack: xorshift32 (Marsaglia, 2003).
  thread_local std::uint32_t state = 0;
  if (state == 0) state = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&state) >> 4) | 1;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

void delay(system_call next) {
  const std::uint32_t chance = random_number() % 16;
  if (chance == 0) {
    const timespec shortly{0, static_cast<long>(random_number() % 50'000)};
    next(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &shortly, nullptr);
  } else if (chance < 4) {
    next(SYS_sched_yield);
  }
}

}  // namespace

extern "C" long syscall(long number, ...) {
  static const auto next = reinterpret_cast<system_call>(dlsym(RTLD_NEXT, "syscall"));
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  const bool futex = number == SYS_futex;
  if (futex) {
    delay(next);
    const long operation = arguments[1] & FUTEX_CMD_MASK;
    const bool waits = operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET;
    if (waits && random_number() % 8 == 0) return 0;
  }
  const long result =
      next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  if (futex) {
    const int error = errno;
    delay(next);
    errno = error;
  }
  return result;
}
