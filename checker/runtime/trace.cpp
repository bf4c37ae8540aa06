#include "checker/runtime/trace.hpp"

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/finding.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

using kernel::OperationKind;

Trace* the_trace = nullptr;

void mix(std::uint64_t word) {
  std::uint64_t& hash = trace().hash;
  hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15U;
  hash ^= hash >> 32;
}

void record_step(const Thread& thread, const Operation& op, const Answer& answer, kernel::Stamp stamp) {
  Trace& all = trace();
  Step& step = all.steps.add();
  step.thread = thread.id;
  step.operation = op;
  step.answer = answer;
  step.stamp = stamp;
  step.writes = op.kind == OperationKind::store || op.kind == OperationKind::exit;
  step.written = op.operand;
  if (op.kind == OperationKind::rmw && !answer.timed_out) {
    const kernel::Updated updated = op.update(answer.value, op.operand, op.expected);
    step.writes = updated.writes;
    step.written = updated.value;
  }
  capture_stack(thread, op.site.pc, step.stack);
  const kernel::EventIndex* const clock = hot.explorer->clock(thread.id);
  step.clock_size = clock == nullptr ? 0 : hot.explorer->clock_size();
  step.clock_at = all.clocks.size();
  // A thread's own entry in its clock may be stale; these two kinds are told of before they are events.
  const bool still_to_come = op.kind == OperationKind::exit || op.kind == OperationKind::finish;
  const kernel::EventIndex own = hot.explorer->now(thread.id) + (still_to_come ? 1 : 0);
  for (ThreadId i = 0; i < step.clock_size; ++i) all.clocks.add() = i == thread.id ? own : clock[i];
}

void add_step(const Thread& thread, const Operation& op, const Answer& answer, kernel::Stamp stamp) {
  mix((std::uint64_t{thread.id} << 8) | static_cast<std::uint64_t>(op.kind));
  // Else two executions are compared by what they do: a compiler may have made several copies of the code.
  if (!hot.fills_memory) mix(op.site.pc);
  mix(op.site.object);
  mix(answer.value);
  ++trace().steps_seen;
  if (hot.tracing && trace().steps.size() < steps_max) record_step(thread, op, answer, stamp);
}

}  // namespace

Trace& trace() {
  if (the_trace == nullptr) the_trace = &make_engine_object<Trace>();
  return *the_trace;
}

void trace_arrival(const Thread& thread) {
  // Nobody is resumed after these two, so no later move tells of them.
  const Operation& op = *thread.pending;
  if (op.kind == OperationKind::exit || op.kind == OperationKind::finish)
    add_step(thread, op, {}, kernel::no_stamp);
}

void trace_move(const explore::Move& move) {
  if (move.ending != explore::Ending::none || move.starts) return;
  const Thread& thread = thread_at(move.thread);
  add_step(thread, *thread.pending, move.answer, move.stamp);
}

void trace_write(std::uintptr_t address) { mix(address); }

void trace_creation(kernel::ThreadId thread, std::uintptr_t pc) {
  capture_stack(current_thread(), pc, trace().created_at[thread]);
}

std::uint64_t trace_position() { return hot.tracing ? trace().steps.size() : 0; }

void start_recording(Recording recording) {
  hot.tracing = recording == Recording::steps;
  hot.observing = recording != Recording::none;
  if (!hot.observing) return;
  Trace& all = trace();
  all.steps.shrink(0);
  all.clocks.shrink(0);
  all.steps_seen = 0;
  all.hash = 0;
}

std::uint64_t recorded_hash() { return trace().hash; }

}  // namespace heddle::runtime
