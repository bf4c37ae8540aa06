// The record of one execution: every step, or a hash of them, to see whether two executions were the same.
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
  kernel::Stamp stamp = kernel::no_stamp;  // of its event in the explorer's graph
  bool writes = false;
  kernel::Value written = 0;
  kernel::ThreadId clock_size = 0;
  std::size_t clock_at = 0;  // index of its first entry in Trace::clocks
  StackTrace stack;
};

// Longer executions keep their first steps only.
inline constexpr std::size_t steps_max = 100'000;

struct Trace {
  std::uint64_t hash = 0;
  std::uint64_t steps_seen = 0;
  RecordPool<Step, 64> steps;
  RecordPool<kernel::EventIndex, 4096> clocks;
  StackTrace created_at[kernel::threads_max];
};
Trace& trace();

enum class Recording : unsigned char { none, hash, steps };
// What the next execution leaves behind; sets hot.observing and hot.tracing.
void start_recording(Recording recording);
// Of threads, operations, objects and values in the order they happened. Equal for equal executions.
std::uint64_t recorded_hash();

// perform() reports a thread that reached an operation, and the explorer's move.
void trace_arrival(const Thread& thread);
void trace_move(const explore::Move& move);
// With hot.fills_memory, a plain write. Part of the hash.
void trace_write(std::uintptr_t address);
// spawn() reports where a thread was created.
void trace_creation(kernel::ThreadId thread, std::uintptr_t pc);

}  // namespace heddle::runtime
