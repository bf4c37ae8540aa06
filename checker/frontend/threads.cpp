// Threads: creating, joining, detaching. Joining awaits the thread's exit location.
#include "checker/frontend/threads.hpp"

#include <signal.h>

#include <cerrno>
#include <cstring>

#include "checker/frontend/cancel.hpp"
#include "checker/frontend/kernel_calls.hpp"
#include "checker/frontend/lock_tracking.hpp"
#include "checker/frontend/objects.hpp"

namespace heddle::frontend::threads {
namespace {

bool may_join(Value exit, Value me) { return (exit & 1) != 0 || is_poked(exit, static_cast<ThreadId>(me)); }
bool still_runs(Value exit, Value) { return (exit & 1) == 0; }

// Not an object of the program: only what kernel_calls.hpp needs.
ObjectRecord exit_record(ThreadId thread) {
  ObjectRecord record = {};
  record.location = runtime::exit_location(thread);
  return record;
}

kernel::Updated clear_mark(Value old, Value me, Value) {
  return {old & ~poke_mark(static_cast<ThreadId>(me)), true};
}

// Answers when the thread has ended, the calling thread was cancelled (the value read says which), or time is
// out.
Answer await_exit(ThreadId thread, Patience patience, const CallSite& site) {
  const ObjectRecord exit = exit_record(thread);
  for (;;) {
    CancellableWait cancellable(site);
    if (cancellable.is_due()) return {};
    const Answer answer = await_load(exit, may_join, runtime::self(), Order::acquire, patience, site);
    const bool cancelled = cancellable.end();
    if (answer.timed_out || !still_runs(answer.value, 0) || cancelled) return answer;
    modify(exit, clear_mark, runtime::self(), Order::relaxed, Order::relaxed, site);
  }
}

// The joinable thread a handle names. Fails the execution if there is none.
ThreadId joinable(const CallSite& site) {
  const ThreadId thread = runtime::thread_of(site.object);
  if (thread == kernel::no_thread) {
    runtime::fail_at(Rule::misuse, site.pc, "Thread %u calls %s on %#zx, which is not a thread.",
                     runtime::self(), site.call, site.object);
  }
  const PosixThread& state = posix_thread(thread);
  const char* why = state.detached ? "is detached" : state.joined ? "has been joined already" : nullptr;
  if (why != nullptr) {
    runtime::fail_at(Rule::misuse, site.pc, "Thread %u calls %s on thread %u, which %s.", runtime::self(),
                     site.call, thread, why);
  }
  return thread;
}

int take_result(ThreadId thread, void** result) {
  if (result == nullptr) return 0;
  runtime::note_open();  // the result is no answer of an operation
  runtime::note_result(result, sizeof *result);
  *result = runtime::thread_result(thread);
  return 0;
}

int try_join(void** result, const CallSite& site) {
  runtime::forget_all();
  const ThreadId thread = joinable(site);
  if (thread == runtime::self()) return EDEADLK;
  if (still_runs(load(exit_record(thread), Order::acquire, site), 0)) return EBUSY;
  posix_thread(thread).joined = true;
  return take_result(thread, result);
}

int timed_join(void** result, int clock, const timespec* time, const CallSite& site) {
  runtime::forget_all();
  const ThreadId thread = joinable(site);
  if (thread == runtime::self()) return EDEADLK;
  Deadline deadline;
  if (!is_waitable_clock(clock) || !make_deadline(clock, *time, deadline)) return EINVAL;
  const ObjectRecord exit = exit_record(thread);
  if (deadline.passed()) {
    if (still_runs(load(exit, Order::acquire, site), 0)) return ETIMEDOUT;
  } else if (runtime::choose_timeout(site)) {
    await_load(exit, still_runs, 0, Order::relaxed, {.timed = true}, site);
    deadline.reach();
    return ETIMEDOUT;
  } else {
    const Answer answer = await_exit(thread, {.timed = true}, site);
    if (answer.timed_out) {
      deadline.reach();
      return ETIMEDOUT;
    }
    if (still_runs(answer.value, 0)) end_cancelled();
  }
  posix_thread(thread).joined = true;
  return take_result(thread, result);
}

}  // namespace

int create(pthread_t* thread, const pthread_attr_t* attributes, void* (*entry)(void*), void* argument,
           const CallSite& site) {
  runtime::ThreadStart start;
  start.entry = entry;
  start.argument = argument;
  start.pc = site.pc;
  if (attributes != nullptr) {
    int state = PTHREAD_CREATE_JOINABLE;
    pthread_attr_getdetachstate(attributes, &state);
    start.detached = state == PTHREAD_CREATE_DETACHED;
    pthread_attr_getstacksize(attributes, &start.stack_size);
  }
  const ThreadId created = runtime::spawn(start);
  runtime::note_result(thread, sizeof *thread);
  *thread = runtime::handle_of(created);
  return 0;
}

int join(void** result, const CallSite& site) {
  const ThreadId thread = joinable(site);
  if (thread == runtime::self()) {
    runtime::fail_at(Rule::misuse, site.pc, "Thread %u joins itself.", thread);
  }
  if (runtime::self() != 0) runtime::forget_all();  // who else joins the thread is told so
  posix_thread(thread).joined = true;
  wait_for_thread(thread, site);
  const Value exit = await_exit(thread, {}, site).value;
  stop_waiting();
  if (still_runs(exit, 0)) {
    posix_thread(thread).joined = false;
    end_cancelled();
  }
  return take_result(thread, result);
}

int detach(const CallSite& site) {
  runtime::forget_all();  // who joins the thread afterwards is told so
  posix_thread(joinable(site)).detached = true;
  return 0;
}

}  // namespace heddle::frontend::threads

namespace {

using namespace heddle;
using namespace heddle::frontend;

CallSite site(const char* call, pthread_t thread, std::uintptr_t caller) {
  return {call, thread, caller, ObjectKind::thread};
}

constexpr std::size_t name_bytes = 16;  // Linux: 15 characters and the terminator

}  // namespace

HEDDLE_INTERCEPT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                    void* (*entry)(void*), void* argument) noexcept {
  if (!is_simulated(HEDDLE_CALLER_PC))
    return HEDDLE_REAL(pthread_create)(thread, attributes, entry, argument);
  return threads::create(thread, attributes, entry, argument, site("pthread_create", 0, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_join(pthread_t thread, void** result) {
  if (!is_simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_join)(thread, result);
  return threads::join(result, site("pthread_join", thread, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_tryjoin_np(pthread_t thread, void** result) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_tryjoin_np)(thread, result);
  return threads::try_join(result, site("pthread_tryjoin_np", thread, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_timedjoin_np(pthread_t thread, void** result, const timespec* time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_timedjoin_np)(thread, result, time);
  return threads::timed_join(result, CLOCK_REALTIME, time,
                             site("pthread_timedjoin_np", thread, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock,
                                          const timespec* time) {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_clockjoin_np)(thread, result, clock, time);
  return threads::timed_join(result, clock, time, site("pthread_clockjoin_np", thread, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_detach(pthread_t thread) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_detach)(thread);
  return threads::detach(site("pthread_detach", thread, HEDDLE_CALLER_PC));
}

HEDDLE_INTERCEPT int pthread_kill(pthread_t thread, int signal) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_kill)(thread, signal);
  if (signal == 0) return runtime::thread_of(thread) == kernel::no_thread ? ESRCH : 0;
  if (runtime::thread_of(thread) == runtime::self()) return raise(signal);
  runtime::unsupported("pthread_kill", HEDDLE_CALLER_PC, "signals between threads are not simulated");
}

HEDDLE_INTERCEPT int pthread_sigqueue(pthread_t thread, int signal, const sigval value) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_sigqueue)(thread, signal, value);
  runtime::unsupported("pthread_sigqueue", HEDDLE_CALLER_PC, "signals between threads are not simulated");
}

HEDDLE_INTERCEPT int pthread_setname_np(pthread_t thread, const char* name) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setname_np)(thread, name);
  const ThreadId target = runtime::thread_of(thread);
  if (target == kernel::no_thread) return ESRCH;
  const std::size_t length = strlen(name);
  if (length >= name_bytes) return ERANGE;
  std::memcpy(runtime::thread_at(target).name, name, length + 1);
  return 0;
}

HEDDLE_INTERCEPT int pthread_getname_np(pthread_t thread, char* name, std::size_t room) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_getname_np)(thread, name, room);
  const ThreadId target = runtime::thread_of(thread);
  if (target == kernel::no_thread) return ESRCH;
  if (room < name_bytes) return ERANGE;
  std::memcpy(name, runtime::thread_at(target).name, name_bytes);
  return 0;
}

// The main thread's stack is not where libc believes it to be.
HEDDLE_INTERCEPT int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes) noexcept {
  const int result = HEDDLE_REAL(pthread_getattr_np)(thread, attributes);
  if (result != 0 || !simulated(HEDDLE_CALLER_PC) || runtime::thread_of(thread) != 0) return result;
  const runtime::Slot& slot = runtime::thread_at(0).slot;
  return pthread_attr_setstack(attributes, reinterpret_cast<void*>(slot.stack_low),
                               slot.stack_high - slot.stack_low);
}

// The machine's processors are not part of the search: any thread may run at any time.
HEDDLE_INTERCEPT int pthread_setaffinity_np(pthread_t thread, std::size_t size,
                                            const cpu_set_t* set) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setaffinity_np)(thread, size, set);
  return 0;
}

HEDDLE_INTERCEPT int pthread_setschedparam(pthread_t thread, int policy,
                                           const sched_param* parameter) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setschedparam)(thread, policy, parameter);
  return 0;
}

HEDDLE_INTERCEPT int pthread_setschedprio(pthread_t thread, int priority) noexcept {
  if (!simulated(HEDDLE_CALLER_PC)) return HEDDLE_REAL(pthread_setschedprio)(thread, priority);
  return 0;
}
