#include "checker/runtime/real_clock.hpp"

#include <time.h>

#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

decltype(&clock_gettime) real_clock_gettime = nullptr;

std::int64_t read(clockid_t clock) {
  if (real_clock_gettime == nullptr) {
    real_clock_gettime = reinterpret_cast<decltype(&clock_gettime)>(real_function("clock_gettime"));
  }
  timespec now = {};
  real_clock_gettime(clock, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

}  // namespace

std::int64_t real_now_ns() { return read(CLOCK_MONOTONIC); }
std::int64_t real_cpu_now_ns() { return read(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace heddle::runtime
