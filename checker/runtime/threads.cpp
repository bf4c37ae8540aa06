#include "checker/runtime/threads.hpp"

#include <cstring>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/execution.hpp"
#include "checker/runtime/raw_syscall.hpp"
#include "checker/runtime/record_pool.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/spin_state.hpp"
#include "checker/runtime/thread_slots.hpp"
#include "checker/runtime/trace.hpp"
#include "checker/runtime/unwritten.hpp"

namespace heddle::runtime {
namespace {

ThreadId threads_created = 1;
LocationId exit_locations[kernel::threads_max];
void (*exit_hook)(Thread&) = nullptr;

RecordPool<ThreadDestructor> destructors;
std::size_t initial_destructors = 0;       // those that belong to every execution
ThreadDestructor* initial_list = nullptr;  // thread 0's list as every execution finds it

void initialise(Thread& thread, ThreadId id) {
  thread.id = id;
  thread.execution = hot.execution;
  thread.call_top = thread.slot.call_stack;
  thread.pending = nullptr;
  thread.exiting = false;
  thread.exited = false;
  thread.may_stop = false;
  thread.stopped = false;
  thread.result = nullptr;
  thread.destructors = nullptr;
  for (void*& word : thread.frontend) word = nullptr;
  thread.name[0] = '\0';
  thread.side_effects = 0;
  thread.unseen_changes = 0;
  thread.looks_left = 0;
  thread.touched = 0;
  thread.last_start = {};
  thread.elapsed_ns = 0;
  thread.random_state = requested_options().seed + id * 0x9e37'79b9'7f4a'7c15U;
}

// Whether the thread creates one more of what it created by its operation before.
bool repeats_last_start(Thread& creator, const ThreadStart& start) {
  const bool same =
      creator.last_start.entry == start.entry && creator.last_start.argument == start.argument &&
      creator.last_start.detached == start.detached && creator.last_start.stack_size == start.stack_size;
  creator.last_start = start;
  return same;
}

}  // namespace

void reset_stack(Thread& thread) {
  if (hot.fills_memory) {
    restore_unwritten_stack(thread);
  } else {
    clean_stack(thread);
  }
}

Thread& start_main_thread() {
  Thread& thread = thread_at(0);
  initialise(thread, 0);
  thread.creator = kernel::no_thread;
  thread.destructors = initial_list;
  reset_thread_locals(thread);
  reset_stack(thread);
  return thread;
}

ThreadId spawn(const ThreadStart& start) {
  const ThreadId most = requested_options().max_threads;
  if (threads_created >= most || threads_created >= kernel::threads_max) [[unlikely]] {
    hot.controlled = false;
    end_execution(explore::Ending::too_many_threads);
  }
  Operation op;
  op.kind = kernel::OperationKind::spawn;
  op.order = kernel::Order::release;
  op.site = {"thread_create", 0, start.pc, ObjectKind::thread};
  const ThreadId creator = self();
  op.symmetric = requested_options().symmetric_threads && repeats_last_start(thread_at(creator), start);
  const auto id = static_cast<ThreadId>(perform(op).value);
  if (id >= kernel::threads_max) engine_failure("the explorer numbered a thread %u", id);
  if (id >= threads_created) threads_created = id + 1;
  Thread& thread = thread_at(id);
  ensure_slot(thread, start.stack_size);
  initialise(thread, id);
  thread.start = start;
  thread.creator = creator;
  thread.elapsed_ns = thread_at(creator).elapsed_ns;
  if (hot.tracing) [[unlikely]]
    trace_creation(id, start.pc);
  return id;
}

void exit_thread(void* result) {
  Thread& me = *hot.current;
  me.exiting = true;
  run_thread_destructors(me);
  if (exit_hook != nullptr) exit_hook(me);
  me.result = result;
  me.exited = true;
  Operation op;
  op.kind = kernel::OperationKind::exit;
  op.order = kernel::Order::release;
  op.size = 4;
  op.location = exit_location(me.id);
  op.operand = 1;
  op.site = {"thread_exit", 0, 0, ObjectKind::thread};
  perform(op);
  engine_failure("thread %u was resumed after its exit", me.id);
}

LocationId exit_location(ThreadId thread) {
  LocationId& location = exit_locations[thread];
  if (location == 0) [[unlikely]]
    location = intern_location(thread, ObjectKind::thread, 0);
  return location;
}

void* thread_result(ThreadId thread) { return thread_at(thread).result; }

std::uintptr_t handle_of(ThreadId thread) { return thread_at(thread).slot.fs_base; }

ThreadId thread_of(std::uintptr_t handle) {
  if (handle == thread_at(0).slot.fs_base) return 0;
  const StackPlace place = stack_place(handle);
  if (place.thread == nullptr || place.thread->slot.fs_base != handle) return kernel::no_thread;
  return place.thread->execution == hot.execution ? place.thread->id : kernel::no_thread;
}

void set_thread_exit_hook(void (*hook)(Thread& thread)) { exit_hook = hook; }

ThreadId thread_count() { return threads_created; }

void add_thread_destructor(Thread& thread, void (*run)(void*), void* object) {
  ThreadDestructor& added = destructors.add();
  added = {run, object, thread.destructors};
  thread.destructors = &added;
}

void run_thread_destructors(Thread& thread) {
  while (thread.destructors != nullptr) {
    const ThreadDestructor& next = *thread.destructors;
    thread.destructors = next.next;
    next.run(next.object);
  }
}

void snapshot_threads() {
  initial_destructors = destructors.size();
  initial_list = thread_at(0).destructors;
}

void reset_threads() {
  threads_created = 1;
  destructors.shrink(initial_destructors);
}

void capture_stack(const Thread& thread, std::uintptr_t pc, StackTrace& out) {
  out.depth = 0;
  if (pc != 0) out.pc[out.depth++] = pc;
  const std::uintptr_t* top = thread.call_top;
  while (top != thread.slot.call_stack && out.depth < StackTrace::depth_max) out.pc[out.depth++] = *--top;
}

}  // namespace heddle::runtime
