// The machine's clocks, for budgets and progress. Programs only see virtual_time.hpp.
#pragma once

#include <cstdint>

namespace heddle::runtime {

std::int64_t real_now_ns();      // monotonic
std::int64_t real_cpu_now_ns();  // CPU time of the process

}  // namespace heddle::runtime
