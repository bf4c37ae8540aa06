// Absolute points of virtual time, for timed waits.
#pragma once

#include <cstdint>
#include <ctime>

namespace heddle::frontend {

struct Deadline {
  int clock = CLOCK_REALTIME;
  std::int64_t at_ns = 0;

  bool passed() const;
  // Moves the clock to the deadline if it is before: what a wait that timed out saw.
  void reach() const;
};

// Clocks that timed waits accept.
inline bool is_waitable_clock(int clock) { return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC; }

// False: not a valid time (EINVAL). Times too far away for 64 bits of nanoseconds are taken for the farthest.
bool make_deadline(int clock, const timespec& at, Deadline& out);
// The same from a span of time that starts now.
bool make_timeout(int clock, const timespec& span, Deadline& out);
bool is_valid(const timespec& time);
std::int64_t to_nanoseconds(const timespec& time);
timespec to_timespec(std::int64_t ns);

}  // namespace heddle::frontend
