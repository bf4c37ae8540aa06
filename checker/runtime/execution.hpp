// One execution: from the first instruction of the body to the ending, whoever causes it.
#pragma once

#include <cstdint>

#include "checker/explore/explorer.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::runtime {

// What thread 0 runs. Returning from it returns from main: exit handlers, then the process's end.
struct Body {
  int (*run)(void* argument) = nullptr;
  void* argument = nullptr;
  // The frames of the functions it was called from, if they may hold variables of its: part of what
  // executions start from.
  std::uintptr_t outer_frames = 0;
  std::size_t outer_frames_bytes = 0;
};

// Runs `body` once under `explorer`, whose next_execution() has returned true, and returns how it ended.
// Everything an execution touches must have been reset (reset.hpp). On the engine's own stack; fibers left
// behind are abandoned.
explore::Ending run_execution(explore::Explorer& explorer, const Body& body);

// From now on executions ask every few thousand operations whether to end there and then (Ending::stopped).
// Null: they do not.
void set_pause(bool (*stop)());

// Ends the running execution from wherever it is (a fiber, a hook, a signal handler): control continues after
// run_execution's call. Fibers are left where they stand.
[[noreturn]] void end_execution(explore::Ending ending);

}  // namespace heddle::runtime
