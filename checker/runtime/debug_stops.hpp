// Where a debugger stops in a replayed execution (`heddle replay --gdb`, option `stops`): it sets breakpoints
// on the two functions, which do nothing.
#pragma once

#include "checker/kernel/types.hpp"

namespace heddle::runtime {

namespace detail {
extern __attribute__((visibility("hidden"))) bool debug_stops;
void stop_at_switch(kernel::ThreadId thread);
void stop_at_failure(const char* rule, const char* message);
}  // namespace detail

inline void set_debug_stops(bool wanted) { detail::debug_stops = wanted; }

// The running thread goes on, or begins, after another one has moved.
inline void debug_switch(kernel::ThreadId thread) {
  if (detail::debug_stops) [[unlikely]]
    detail::stop_at_switch(thread);
}

// Something is wrong here.
inline void debug_failure(const char* rule, const char* message) {
  if (detail::debug_stops) [[unlikely]]
    detail::stop_at_failure(rule, message);
}

}  // namespace heddle::runtime
