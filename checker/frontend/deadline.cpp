#include "checker/frontend/deadline.hpp"

#include <limits>

#include "checker/runtime/runtime.hpp"

namespace heddle::frontend {
namespace {
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t farthest_ns = std::numeric_limits<std::int64_t>::max();
}  // namespace

bool Deadline::passed() const { return runtime::virtual_now_ns(clock) >= at_ns; }

void Deadline::reach() const {
  const std::int64_t now = runtime::virtual_now_ns(clock);
  // That the wait timed out has been the strategy's own decision.
  if (now < at_ns) runtime::virtual_advance_ns(at_ns - now, false);
}

bool is_valid(const timespec& time) { return time.tv_nsec >= 0 && time.tv_nsec < second_ns; }

std::int64_t to_nanoseconds(const timespec& time) {
  if (time.tv_sec >= farthest_ns / second_ns) return farthest_ns;
  if (time.tv_sec < 0) return -1;
  return time.tv_sec * second_ns + time.tv_nsec;
}

timespec to_timespec(std::int64_t ns) { return {ns / second_ns, ns % second_ns}; }

bool make_deadline(int clock, const timespec& at, Deadline& out) {
  if (!is_valid(at)) return false;
  out = {clock, to_nanoseconds(at)};
  return true;
}

bool make_timeout(int clock, const timespec& span, Deadline& out) {
  if (!is_valid(span) || span.tv_sec < 0) return false;
  const std::int64_t now = runtime::virtual_now_ns(clock);
  const std::int64_t length = to_nanoseconds(span);
  out = {clock, length > farthest_ns - now ? farthest_ns : now + length};
  return true;
}

}  // namespace heddle::frontend
