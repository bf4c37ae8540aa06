#include "checker/runtime/debug_stops.hpp"

#include "checker/runtime/trace.hpp"

// Found by the debugger by name; arguments are read from their registers.
extern "C" {
__attribute__((noinline, noclone, used)) static void heddle_stop_at_switch(unsigned long step,
                                                                           unsigned thread) {
  asm volatile("" : : "r"(step), "r"(thread) : "memory");
}
__attribute__((noinline, noclone, used)) static void heddle_stop_at_failure(const char* rule,
                                                                            const char* message,
                                                                            unsigned long step) {
  asm volatile("" : : "r"(rule), "r"(message), "r"(step) : "memory");
}
}

namespace heddle::runtime::detail {

bool debug_stops = false;

void stop_at_switch(kernel::ThreadId thread) { heddle_stop_at_switch(trace().steps_seen, thread); }

void stop_at_failure(const char* rule, const char* message) {
  heddle_stop_at_failure(rule, message, trace().steps_seen);
}

}  // namespace heddle::runtime::detail
