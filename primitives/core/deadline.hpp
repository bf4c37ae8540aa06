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
  if (std::chrono::duration<long double, std::nano>(duration).count() >=
      static_cast<long double>(sys::no_deadline))
    return sys::no_deadline;
  return std::chrono::ceil<std::chrono::nanoseconds>(duration).count();
}

// The point in time `duration` (positive) from now.
template <class Sys>
sys::nanoseconds deadline_after(sys::nanoseconds duration) noexcept {
  const sys::nanoseconds now = Sys::now();
  return duration > sys::no_deadline - now ? sys::no_deadline : now + duration;
}

}  // namespace heddle
