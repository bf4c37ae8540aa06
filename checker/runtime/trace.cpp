#include "checker/runtime/trace.hpp"

#include "checker/kernel/memory.hpp"
#include "checker/runtime/finding.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::runtime {
namespace {

using kernel::OperationKind;

Trace* the_trace = nullptr;

void add_step(const Thread& thread, const Operation& op, const Answer& answer) {
  Trace& all = trace();
  Step& step = all.steps.add();
  step.thread = thread.id;
  step.operation = op;
  step.answer = answer;
  step.writes = op.kind == OperationKind::store || op.kind == OperationKind::exit;
  step.written = op.operand;
  if (op.kind == OperationKind::exit) step.written = 1;
  if (op.kind == OperationKind::rmw && !answer.timed_out) {
    const kernel::Updated updated = op.update(answer.value, op.operand, op.expected);
    step.writes = updated.writes;
    step.written = updated.value;
  }
  capture_stack(thread, op.site.pc, step.stack);
  const kernel::EventIndex* const clock = hot.explorer->clock(thread.id);
  step.clock_size = clock == nullptr ? 0 : hot.explorer->clock_size();
  step.clock_at = all.clocks.size();
  for (ThreadId i = 0; i < step.clock_size; ++i) all.clocks.add() = clock[i];
}

}  // namespace

Trace& trace() {
  if (the_trace == nullptr) the_trace = new (kernel::engine_allocate(sizeof(Trace))) Trace;
  return *the_trace;
}

void trace_arrival(const Thread& thread) {
  // Nobody is resumed after these two, so no later move tells of them.
  const Operation& op = *thread.pending;
  if (op.kind == OperationKind::exit || op.kind == OperationKind::finish) add_step(thread, op, {});
}

void trace_move(const explore::Move& move) {
  if (move.ending != explore::Ending::none || move.starts) return;
  const Thread& thread = thread_at(move.thread);
  add_step(thread, *thread.pending, move.answer);
}

void trace_creation(kernel::ThreadId thread, std::uintptr_t pc) {
  capture_stack(current_thread(), pc, trace().created_at[thread]);
}

std::uint64_t trace_position() { return hot.tracing ? trace().steps.size() : 0; }

void reset_trace() {
  if (the_trace == nullptr) return;
  the_trace->steps.shrink(0);
  the_trace->clocks.shrink(0);
}

}  // namespace heddle::runtime
