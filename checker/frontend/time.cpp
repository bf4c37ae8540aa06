// Clocks and sleeping, in virtual time: a sleep moves the clock and lets others run; it never waits and never
// orders anything.
#include <sched.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "checker/frontend/call.hpp"
#include "checker/frontend/cancel.hpp"
#include "checker/frontend/deadline.hpp"

namespace {

using namespace heddle;
using namespace heddle::frontend;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t microsecond_ns = 1'000;

// Sleeping is a cancellation point.
void sleep_ns(std::int64_t ns, const char* call, std::uintptr_t caller) {
  act_on_cancellation(call, caller);
  runtime::virtual_advance_ns(ns);
  act_on_cancellation(call, caller);
}

void yield() { runtime::virtual_advance_ns(0); }

int sleep_until_or_for(int clock, int flags, const timespec* time, const char* call, std::uintptr_t caller) {
  if (!is_valid(*time) || (time->tv_sec < 0 && (flags & TIMER_ABSTIME) == 0)) return EINVAL;
  std::int64_t ns = to_nanoseconds(*time);
  if ((flags & TIMER_ABSTIME) != 0) ns -= runtime::virtual_now_ns(clock);
  sleep_ns(ns > 0 ? ns : 0, call, caller);
  return 0;
}

}  // namespace

HEDDLE_INTERCEPT int sched_yield() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sched_yield)();
  yield();
  return 0;
}

HEDDLE_INTERCEPT int nanosleep(const timespec* time, timespec* rest) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(nanosleep)(time, rest);
  const int error = sleep_until_or_for(CLOCK_MONOTONIC, 0, time, "nanosleep", HEDDLE_CALLER_PC);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

HEDDLE_INTERCEPT int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* rest) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(clock_nanosleep)(clock, flags, time, rest);
  return sleep_until_or_for(clock, flags, time, "clock_nanosleep", HEDDLE_CALLER_PC);
}

HEDDLE_INTERCEPT int usleep(useconds_t microseconds) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(usleep)(microseconds);
  sleep_ns(microseconds * microsecond_ns, "usleep", HEDDLE_CALLER_PC);
  return 0;
}

HEDDLE_INTERCEPT unsigned sleep(unsigned seconds) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(sleep)(seconds);
  sleep_ns(seconds * second_ns, "sleep", HEDDLE_CALLER_PC);
  return 0;
}

HEDDLE_INTERCEPT int clock_gettime(clockid_t clock, timespec* out) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(clock_gettime)(clock, out);
  runtime::note_result(out, sizeof *out);
  *out = to_timespec(runtime::virtual_now_ns(clock));
  return 0;
}

HEDDLE_INTERCEPT int gettimeofday(timeval* __restrict out, void* __restrict zone) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(gettimeofday)(out, zone);
  const std::int64_t now = runtime::virtual_now_ns(CLOCK_REALTIME);
  runtime::note_result(out, sizeof *out);
  *out = {now / second_ns, now % second_ns / microsecond_ns};
  return 0;
}

HEDDLE_INTERCEPT time_t time(time_t* out) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(time)(out);
  const time_t now = runtime::virtual_now_ns(CLOCK_REALTIME) / second_ns;
  if (out != nullptr) {
    runtime::note_result(out, sizeof *out);
    *out = now;
  }
  return now;
}

HEDDLE_INTERCEPT int timespec_get(timespec* out, int base) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(timespec_get)(out, base);
  if (base != TIME_UTC) return 0;
  runtime::note_result(out, sizeof *out);
  *out = to_timespec(runtime::virtual_now_ns(CLOCK_REALTIME));
  return base;
}

HEDDLE_INTERCEPT clock_t clock() noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(clock)();
  return runtime::virtual_now_ns(CLOCK_PROCESS_CPUTIME_ID) / (second_ns / CLOCKS_PER_SEC);
}
