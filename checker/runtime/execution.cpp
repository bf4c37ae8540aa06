#include "checker/runtime/execution.hpp"

#include <xmmintrin.h>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/runtime/access.hpp"
#include "checker/runtime/debug_stops.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/fiber.hpp"
#include "checker/runtime/own_frames.hpp"
#include "checker/runtime/process.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/spin_state.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/threads.hpp"
#include "checker/runtime/trace.hpp"

namespace heddle::runtime {

HotState hot;

namespace {

Context engine_context = nullptr;
Context abandoned = nullptr;  // where contexts nobody resumes are stored
explore::Ending ending = explore::Ending::none;
Body current_body;
bool (*asks_to_stop)() = nullptr;
constexpr std::uint64_t operations_between_pauses = 8192;

void run_main_thread() {
  hot.controlled = true;
  exit_process(current_body.run(current_body.argument));
}

void run_thread() {
  Thread& me = *hot.current;
  debug_switch(me.id);
  hot.controlled = true;
  exit_thread(me.start.entry(me.start.argument));
}

void prepare_start(Thread& thread) {
  if (thread.execution != hot.execution) engine_failure("thread %u starts before it was created", thread.id);
  reset_thread_locals(thread);
  reset_stack(thread);
  thread.context = make_fiber<run_thread>(thread.slot.stack_high);
}

[[noreturn]] void leave_fiber(Context to) {
  switch_fiber(to, &abandoned);
  __builtin_unreachable();
}

// The explorer has just said how the thread's plain accesses are to be recorded.
void set_epoch(const explore::Move& move) {
  epoch.mark = detect::mark_of_epoch(move.thread, move.now);
  epoch.clock = move.clock;
}

void follow(const explore::Move& move, Context* from) {
  Thread& next = thread_at(move.thread);
  if (move.starts) {
    prepare_start(next);
  } else {
    next.answer = move.answer;
  }
  hot.current = &next;
  set_epoch(move);
  set_fs_base(next.slot.fs_base);
  switch_fiber(next.context, from);
}

explore::Move ask_explorer(kernel::ThreadId id, const Operation& op) {
  const SharedMemoryScope scope;
  return hot.explorer->arrive(id, op);
}

void pause() {
  hot.pause_at = hot.operations + operations_between_pauses;
  if (asks_to_stop()) end_execution(explore::Ending::stopped);
}

bool accepts_nothing(Value, Value) { return false; }

// The choice of a thread that may stop before `next`; it does not return if that is what was chosen.
void stop_or_go_on(Thread& me, const Operation& next) {
  me.may_stop = false;
  Operation choice;
  choice.kind = kernel::OperationKind::choose;
  choice.operand = 2;
  choice.site = {"may stop", 0, next.site.pc, ObjectKind::custom};
  if (perform(choice).value != 0) {
    me.stopped = true;
    Operation wait;
    wait.location = exit_location(me.id);
    wait.accepts = accepts_nothing;
    wait.assumption = true;
    wait.site = {"stops", 0, next.site.pc, ObjectKind::custom};
    perform(wait);
  }
  me.may_stop = true;
}

}  // namespace

void tell_of_look(std::uintptr_t object) {
  const SharedMemoryScope scope;
  hot.explorer->looked_at(object);
}

[[gnu::noinline]] Answer perform_uncleaned(const Operation& op) {
  Thread& me = *hot.current;
  const bool was_controlled = hot.controlled;
  hot.controlled = false;
  ++hot.operations;
  if (reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < me.stack_limit) [[unlikely]] {
    fail_at(format::Rule::stack_overflow, op.site.pc, "thread %u has no stack left", me.id);
  }
  if (me.may_stop) [[unlikely]]
    stop_or_go_on(me, op);
  me.pending = &op;
  if (hot.operations >= hot.pause_at) [[unlikely]]
    pause();
  if (hot.observing) [[unlikely]]
    trace_arrival(me);
  if (hot.watches_memory) [[unlikely]]
    look_for_changes(me);
  const explore::Move move = ask_explorer(me.id, op);
  if (hot.observing) [[unlikely]]
    trace_move(move);
  if (move.ending != explore::Ending::none) [[unlikely]]
    end_execution(move.ending);
  const bool goes_on = move.thread == me.id;
  if (goes_on) {
    set_epoch(move);
  } else {
    follow(move, &me.context);
    debug_switch(me.id);
  }
  if (hot.watches_memory) [[unlikely]]
    remember_memory(me);
  hot.controlled = was_controlled;
  return goes_on ? move.answer : me.answer;
}

Answer perform(const Operation& op) {
  const Answer answer = perform_uncleaned(op);
  clean_own_frames();
  return answer;
}

void set_pause(bool (*stop)()) {
  asks_to_stop = stop;
  hot.pause_at = stop == nullptr ? ~std::uint64_t{0} : hot.operations + operations_between_pauses;
}

explore::Ending run_execution(explore::Explorer& explorer, const Body& body) {
  current_body = body;
  hot.explorer = &explorer;
  hot.memo = explorer.memo();
  ending = explore::Ending::none;
  // Floating-point flags, which a fiber begins with, are not to tell what the engine has computed before.
  _mm_setcsr(_mm_getcsr() & ~static_cast<unsigned>(_MM_EXCEPT_MASK));
  Thread& initial = start_main_thread();
  initial.context = make_fiber<run_main_thread>(initial.slot.stack_high);
  hot.current = &initial;
  hot.watches_memory = false;
  // Not in a program that does not spin, for speed; nor over what marks stacks as unwritten.
  const explore::ExhaustiveExplorer* const search = explorer.exhaustive();
  const bool may_spin = looks_at_stacks() || (search != nullptr && search->knows_loops());
  hot.cleans_stacks = may_spin && !hot.fills_memory;
  hot.active = true;
  switch_fiber(initial.context, &engine_context);
  hot.active = false;
  hot.controlled = false;
  hot.memo = nullptr;
  return ending;
}

void end_execution(explore::Ending why) {
  hot.controlled = false;
  ending = why;
  if (hot.current->id != 0) set_fs_base(thread_at(0).slot.fs_base);
  leave_fiber(engine_context);
}

}  // namespace heddle::runtime
