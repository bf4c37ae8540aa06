// The step-by-step record of one execution, kept when hot.tracing.
#pragma once

#include <cstdint>

#include "checker/explore/explorer.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

struct Step {
  kernel::ThreadId thread = 0;
  kernel::Operation operation;
  kernel::Answer answer;
  bool writes = false;
  kernel::Value written = 0;
  kernel::ThreadId clock_size = 0;
  std::size_t clock_at = 0;  // index of its first entry in Trace::clocks
  StackTrace stack;
};

struct Trace {
  RecordPool<Step, 64> steps;
  RecordPool<kernel::EventIndex, 4096> clocks;
  StackTrace created_at[kernel::threads_max];
};
Trace& trace();

// perform() reports a thread that reached an operation, and the explorer's move.
void trace_arrival(const Thread& thread);
void trace_move(const explore::Move& move);
// spawn() reports where a thread was created.
void trace_creation(kernel::ThreadId thread, std::uintptr_t pc);
void reset_trace();

}  // namespace heddle::runtime
