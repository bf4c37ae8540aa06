// What frontends (tsan_abi, pthread, libc, futex, sys) may ask of the running execution.
//
// A frontend function is called by the program under test. It first asks `controlled()`: false means "behave
// exactly as the real function" (the program runs outside a check, or the engine itself is calling). True
// means the caller is a fiber of a controlled execution; the frontend then expresses the call as kernel
// operations with `perform`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/thread.hpp"
#include "reports/format/rule.hpp"

namespace heddle::runtime {

using kernel::Answer;
using kernel::LocationId;
using kernel::ObjectKind;
using kernel::Operation;
using kernel::ThreadId;
using kernel::Value;

// True while a fiber of a controlled execution runs user code. One load and a predictable branch.
inline bool controlled() { return hot.controlled; }

// True in a process that was asked to check (run=check or run=replay), from its very first instruction on:
// memory that constructors allocate before main must already come from where executions can restore it.
bool check_requested();

// True if the program's heap is the checker's from its very first instruction on: check_requested(), or the
// program calls heddle::check.
bool owns_heap();

// The calling fiber's thread. Only when controlled() or during a hook.
inline ThreadId self() { return hot.current->id; }
inline Thread& current_thread() { return *hot.current; }

// Does one kernel operation: lets the explorer decide who moves, switches fibers as needed, and returns once
// this thread has moved. Never returns if the execution ends first (the fiber is abandoned). Frontends may be
// controlled() or in an EngineScope; it is the same after as before.
Answer perform(const Operation& op);
// The same for callers that clean up the stack themselves (own_frames.hpp).
Answer perform_uncleaned(const Operation& op);
// The value of the atomic object at this address is looked at without an operation (Explorer::looked_at).
void tell_of_look(std::uintptr_t object);

// ---- threads
// ------------------------------------------------------------------------------------------------------

// Creates a thread (a `spawn` operation). Fails the execution clearly when there are too many.
ThreadId spawn(const ThreadStart& start);
// Ends the calling thread now: thread_local destructors, pthread keys, then its `exit` operation. Its fiber
// is left.
[[noreturn]] void exit_thread(void* result);
// Location every thread stores 1 to when it exits; join awaits it.
LocationId exit_location(ThreadId thread);
// The value a finished thread returned. Valid after an await of its exit location.
void* thread_result(ThreadId thread);
// pthread_t handles: the real pthread_self() of the borrowed thread.
std::uintptr_t handle_of(ThreadId thread);
ThreadId thread_of(std::uintptr_t handle);  // no_thread: not a thread of this execution
// Called for a thread that ends, after its thread_local destructors and before its exit operation (pthread
// keys).
void set_thread_exit_hook(void (*hook)(Thread& thread));
// Number of threads created so far in this execution, the main thread included.
ThreadId thread_count();

// ---- objects whose state is a kernel location (locks, conditions, semaphores, ...)
// ---------------------------------

// Per object and execution; found by address. Zero-initialised on the first use in each execution.
struct ObjectRecord {
  std::uintptr_t address;
  LocationId location;   // stable over executions for the same (address, kind, incarnation)
  LocationId location2;  // a second one, for objects with two (allocated on demand by second_location)
  ObjectKind kind;
  bool initialised;           // the frontend's: an init function or a first use was seen
  bool destroyed;             // the frontend's: later use is misuse
  std::uint8_t type;          // the frontend's: mutex type, barrier flags, ...
  std::uint32_t incarnation;  // how many objects lived at the address before, in this execution
  Value initial;              // initial value of `location`
  std::uint64_t state[4];     // the frontend's; must be a function of the object's own operations only
  std::uintptr_t created_pc;  // where it was initialised or first used
};
// The live object at `address`. One of another kind there is retired first. The reference is valid until the
// execution ends.
ObjectRecord& object(std::uintptr_t address, ObjectKind kind);
ObjectRecord* find_object(std::uintptr_t address);  // null if never used in this execution, or retired
LocationId second_location(ObjectRecord& record);
// The object's life ends (destroy, free): the next use of the address is a new incarnation.
void retire_object(std::uintptr_t address);
// The same for every object in [address, address + bytes): a freed heap block.
void retire_objects(std::uintptr_t address, std::size_t bytes);

// The id of (address, kind, incarnation), the same in every execution of this process. For locations kept
// elsewhere than in an ObjectRecord (atomics).
LocationId intern_location(std::uintptr_t address, ObjectKind kind, std::uint32_t incarnation);
struct LocationInfo {
  std::uintptr_t address;
  ObjectKind kind;
  std::uint32_t incarnation;
};
const LocationInfo& location_info(LocationId location);

// ---- time
// ---------------------------------------------------------------------------------------------------------

std::int64_t virtual_now_ns(int clock_id);  // clock_gettime
// Sleeping: moves the clock, then lets others run. `yields`: the strategy is told that the thread waits.
void virtual_advance_ns(std::int64_t by, bool yields = true);
// A timed wait's choice when the explorer wants timeouts as choices: true = this wait times out. False if it
// does not (then set Operation::timed on the await).
bool choose_timeout(const kernel::CallSite& site);
std::uint64_t deterministic_random();  // rand-like sources of the process, from the seed

// ---- verdicts
// -----------------------------------------------------------------------------------------------------

// Ends the execution with a finding of `rule`; `message` is one sentence naming objects. Never returns to
// user code. Accesses attached before (runtime/finding.hpp) become part of the finding.
[[noreturn]] __attribute__((format(printf, 2, 3))) void fail(format::Rule rule, const char* message, ...);
// The same, naming the return address of the failing call in the user's code.
[[noreturn]] __attribute__((format(printf, 3, 4))) void fail_at(format::Rule rule, std::uintptr_t pc,
                                                                const char* message, ...);
// Same, but the execution goes on (lock-order cycles, leaks); de-duplicated by rule and pc.
__attribute__((format(printf, 3, 4))) void note(format::Rule rule, std::uintptr_t pc, const char* message,
                                                ...);
// A call Heddle does not support: stops the whole run with a clear message naming the call and its stack
// (exit 2).
[[noreturn]] void unsupported(const char* call, std::uintptr_t pc, const char* remedy);
// Once per call and pc: shown to the user, not a verdict ("read() may block the whole process").
void warn(const char* call, std::uintptr_t pc, const char* message);

// ---- the real libc
// ------------------------------------------------------------------------------------------------

// The next definition of `symbol` after the program's own (dlsym RTLD_NEXT), for pass-through. Null if there
// is none.
void* real_function(const char* symbol);
template <class F>
F* real(F* slot_type, const char* symbol) {
  (void)slot_type;
  return reinterpret_cast<F*>(real_function(symbol));
}

}  // namespace heddle::runtime
