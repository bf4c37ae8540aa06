// What a program asks of the kernel: one of the six operations (load, store, rmw, fence, await, choose) or
// one of the three life-cycle marks (spawn, exit, finish). Everything shared, locks and wait queues included,
// is expressed with these, so that models, explorers, detectors and reports know nine kinds and not sixty
// calls.
#pragma once

#include <cstdint>

#include "checker/kernel/types.hpp"

namespace heddle::kernel {

enum class OperationKind : std::uint8_t {
  load,
  store,
  rmw,  // atomically: read old value, write update(old) unless the update declines (failing compare-exchange)
  fence,
  choose,  // internal nondeterminism: answer is in [0, operand)
  spawn,   // creates a thread; the answer is its ThreadId
  exit,    // the thread's last operation: a release store of 1 to `location`, the thread's exit location
  finish,  // the process ends. Enabled only when no other thread can move (exhaustive) or at any time
           // (random).
};

// What a rmw writes. `writes == false`: nothing is written and the operation is a plain load with the failure
// order.
struct Updated {
  Value value;
  bool writes;
};
// Pure function of the value read; must not depend on anything else (the explorer re-evaluates it at will).
using Update = Updated (*)(Value old, Value operand, Value expected);
// An await's predicate. Pure, as above. A load or rmw with a predicate may only happen reading an accepted
// value.
using Accepts = bool (*)(Value current, Value argument);

// Which source-level call an operation is part of, for reports. Static storage only.
enum class ObjectKind : std::uint8_t {
  atomic,
  mutex,
  rwlock,
  condition,
  semaphore,
  barrier,
  once,
  spinlock,
  thread,
  futex,
  guard,
  key,
  file,
  custom
};

struct CallSite {
  const char* call = "";      // the user's words: "pthread_mutex_lock", "atomic_load"; static storage
  std::uintptr_t object = 0;  // address of the user's object, 0 if none
  std::uintptr_t pc = 0;      // return address in the user's code, 0 if unknown
  ObjectKind object_kind = ObjectKind::atomic;
};

// Updates of a sort can be made in any order.
enum class Commutes : std::uint8_t { no, add, bit_and, bit_or, bit_xor };

// Of a thread's state.
struct Fingerprint {
  std::uint64_t value = 0;
  // It is a function of what the thread's operations have answered, and the same in every execution. Else the
  // value is only to be compared with others of this execution.
  bool lasts = false;
  // It never will: what other threads do has a part in it.
  bool varies = false;
};

// The plain access a thread makes right after an operation that exists only so that others can move first.
enum class PlainAccess : std::uint8_t { none, read, write };

struct Operation {
  OperationKind kind = OperationKind::load;
  Order order = Order::relaxed;
  Order failure_order = Order::relaxed;  // rmw whose update declines
  std::uint8_t size = 8;                 // bytes, for reports and narrow wrap-around
  // A blocked await that may also give up: the explorer can answer `timed_out` instead of a value. Random
  // explorers decide when to; the exhaustive one never does (frontends put a `choose` before the await there:
  // see Explorer::timeouts_are_choices).
  bool timed = false;
  // An await by a thread nobody needs to wake (a daemon, a detached worker parked for work): never a deadlock
  // alone.
  bool daemon = false;
  // An await that never ends, because the program excludes this execution: whoever waits in it is not stuck.
  bool assumption = false;
  // The caller says it is waiting politely (sched_yield, sleep): a hint that others should move. Only with
  // `choose`.
  bool yields = false;
  // spawn: the thread is interchangeable with the one this thread created by its operation before: the
  // program would do the same, but for names, if the two changed places.
  bool symmetric = false;
  // rmw: the arrival at a barrier for so many threads. Its thread does nothing more before all have arrived,
  // and nobody can tell in which order they did, but for the last, who is told so, and who is told in vain
  // unless `last_matters`. 0: none.
  std::uint16_t parties = 0;
  bool last_matters = true;
  // rmw: the object at the location is destroyed.
  bool destroys = false;
  // rmw: nobody has a use for what it read, and it can change places with others of the sort. Its order
  // acquires nothing.
  Commutes commutes = Commutes::no;
  // What the location holds in the end can be told without an operation.
  bool observed = false;
  // Only with a `choose` of one alternative: the access to `plain_bytes` bytes at `site.object` that follows.
  PlainAccess plain = PlainAccess::none;
  std::uint32_t plain_bytes = 0;
  LocationId location = 0;
  Value initial = 0;   // the location's value before any store of this execution; the same on every call
  Value operand = 0;   // store: the value; rmw: argument of update; choose: number of alternatives (>= 1)
  Value expected = 0;  // second argument of update (compare-exchange)
  Update update = nullptr;
  Accepts accepts = nullptr;  // non-null makes a load or rmw an await
  Value accepts_argument = 0;
  // A fingerprint of everything the thread's future depends on besides what it reads: where it is, its
  // registers, its stack, and how many side effects it had. `thorough`: and how many changes it made to
  // memory unseen, which are looked for from the first such call on; slow. Null if unknown. Only while the
  // thread is arriving.
  Fingerprint (*state)(bool thorough) = nullptr;
  // With `state`: grows whenever the thread accesses plain memory, unless it did the same after its last
  // operation already.
  std::uint64_t touched = 0;
  CallSite site;
};

struct Answer {
  Value value = 0;          // load, rmw: value read; choose: alternative; spawn: new ThreadId
  Stamp source = no_stamp;  // load, rmw: the store read (initial_stamp: the initial value)
  bool mo_last = false;     // store, successful rmw: no store is mo-after it, so plain memory must show it
  bool timed_out = false;   // a timed await gave up; nothing was read
};

// Ready-made updates. Narrow types are masked by the caller's size: `masked<std::uint8_t>` style wrappers are
// made with the templates, so wrap-around is that of the object's own width.
template <class T>
Updated update_exchange(Value, Value operand, Value) {
  return {static_cast<T>(operand), true};
}
template <class T>
Updated update_add(Value old, Value operand, Value) {
  return {static_cast<T>(old + operand), true};
}
template <class T>
Updated update_sub(Value old, Value operand, Value) {
  return {static_cast<T>(old - operand), true};
}
template <class T>
Updated update_and(Value old, Value operand, Value) {
  return {static_cast<T>(old & operand), true};
}
template <class T>
Updated update_or(Value old, Value operand, Value) {
  return {static_cast<T>(old | operand), true};
}
template <class T>
Updated update_xor(Value old, Value operand, Value) {
  return {static_cast<T>(old ^ operand), true};
}
template <class T>
Updated update_nand(Value old, Value operand, Value) {
  return {static_cast<T>(~(old & operand)), true};
}
template <class T>
Updated update_compare_exchange(Value old, Value operand, Value expected) {
  return {static_cast<T>(operand), static_cast<T>(old) == static_cast<T>(expected)};
}

inline bool accepts_equal(Value current, Value argument) { return current == argument; }
inline bool accepts_different(Value current, Value argument) { return current != argument; }
inline bool accepts_bits_clear(Value current, Value argument) { return (current & argument) == 0; }

}  // namespace heddle::kernel
