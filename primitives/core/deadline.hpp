// From the caller's timeouts to the seam's deadlines.
#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

#include "primitives/sys/sys.hpp"

namespace heddle {

// The duration in nanoseconds, rounded up (a wait must not end early) and saturated: whatever does not fit
// waits for ever, so that hours::max() means what it says.
template <class Rep, class Period>
constexpr sys::nanoseconds saturated_nanoseconds(std::chrono::duration<Rep, Period> duration) {
  const long double count = std::chrono::duration<long double, std::nano>(duration).count();
  if (count >= static_cast<long double>(sys::no_deadline)) return sys::no_deadline;
  if (!(count > 0)) return 0;
  return std::chrono::ceil<std::chrono::nanoseconds>(duration).count();
}

// The point in time `duration` from now; zero or less: one that has passed.
template <class Sys>
sys::nanoseconds deadline_after(sys::nanoseconds duration) noexcept {
  if (duration == sys::no_deadline) return sys::no_deadline;
  const sys::nanoseconds now = Sys::now();
  return duration > sys::no_deadline - now ? sys::no_deadline : now + duration;
}

template <class Sys, class Rep, class Period>
sys::nanoseconds deadline_after(std::chrono::duration<Rep, Period> duration) noexcept {
  return deadline_after<Sys>(saturated_nanoseconds(duration));
}

// attempt(time left) until it succeeds or `time` has come, at least once. A clock other than the monotonic
// one may be set while we sleep: it is asked again.
template <class Clock, class Duration, class Attempt>
bool until(std::chrono::time_point<Clock, Duration> time, Attempt attempt) {
  for (;;) {
    const auto now = Clock::now();
    // A time long ago is not subtracted from: that may not fit.
    const auto left = time > now ? time - now : decltype(time - now)::zero();
    if (attempt(left)) return true;
    if (left == left.zero() || Clock::now() >= time) return false;
  }
}

}  // namespace heddle
