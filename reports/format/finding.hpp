// A finding: what is wrong, the evidence, and the interleaving that leads to it. Plain data, in the words of
// the run protocol (docs/run-protocol.md); text such as kinds and orders is kept as text because the protocol
// may grow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/format/stack.hpp"

namespace heddle::format {

struct Thread {
  int id = 0;
  std::string name;  // what the program called it; empty if it did not
  Address entry;
  std::string entry_function;  // symbolized `entry`
  std::optional<int> creator;
  Stack created_at;
  std::string runs;  // the user's function it runs: "produce"; empty if unknown. Set by explaining
};

struct Object {
  int id = 0;
  std::string kind;     // "atomic", "mutex", "memory", ...
  std::string address;  // "0x..."
  std::uint64_t size = 0;
  std::string region;  // "global", "heap", "stack", "thread_local", "unknown"
  Address symbol_address;
  std::string block;  // address of the enclosing allocation, empty if none
  std::uint64_t block_size = 0;
  std::uint64_t offset = 0;  // in the enclosing block or variable
  std::optional<int> allocated_by;
  Stack allocated_at;
  std::string name;  // for people, unique in the finding: "queue+8", "ready", "malloc(48)#1+8"; set by naming
  bool stable_name = false;  // the name does not depend on addresses or on the interleaving
  // Of variables, from debug information: "std::atomic<bool>", and where it is declared. Empty if unknown.
  std::string type;
  std::string declared_in;
  int declared_line = 0;
};

// One memory access or call that is part of the evidence.
struct Access {
  std::string role;  // "current", "previous", "freed_at", ...
  int thread = 0;
  std::string kind;  // "read", "atomic write", "free", ...
  std::uint64_t size = 0;
  std::optional<int> object;
  std::string address;
  std::optional<std::uint64_t> step;  // the thread's last step when it happened
  Stack stack;
};

struct Blocked {
  int thread = 0;
  std::string call;
  std::optional<int> object;
  std::optional<int> holder;
  bool spin = false;
  bool daemon = false;
  Stack stack;
};

struct Held {
  int thread = 0;
  std::optional<int> object;
  Stack stack;
};

// One kernel operation, in the order the threads moved.
struct Step {
  std::uint64_t step = 0;
  int thread = 0;
  std::string kind;  // "load", "store", "rmw", "fence", "await", "choose", "spawn", "exit", "finish"
  std::string call;
  std::optional<int> object;
  std::uint64_t size = 0;
  std::string order;
  std::optional<std::string> value;  // read, chosen, or the new thread
  std::optional<std::string> written;
  std::optional<std::int64_t> source;  // step of the store that was read, -1: the initial value
  bool mo_last = false;
  bool timed_out = false;
  std::optional<std::string> switched;  // why the previous thread was left
  std::string without;                  // what happens without this switch; empty if not tried
  std::string without_surprise;  // what happens if it reads (or stands after) the latest; empty if it does
  // What the thread knows after the step: entry u is the last event of thread u that happens before it or,
  // for the step's own thread, its own. A step a happens before a step b of another thread iff
  // a.clock[a.thread] <= b.clock[a.thread].
  std::vector<std::uint64_t> clock;
  Stack stack;
  std::string
      text;  // the step in the user's words: "ready.load(acquire) → 1 (from step 3)". Set by explaining
};

struct Minimized {
  std::uint64_t switches_before = 0;
  std::uint64_t switches_after = 0;
  std::uint64_t attempts = 0;
};

// Steps of one thread without another's between them.
struct Turn {
  int thread = 0;
  std::uint64_t first = 0;  // step
  std::uint64_t last = 0;   // step
  std::string why;      // why the thread before was left: "preempted", "it had to wait"; empty for the first
  std::string without;  // what happens when the switch to this turn is not made; empty if not tried
};

// A lock while a thread has it.
struct LockSpan {
  int thread = 0;
  int object = 0;
  std::uint64_t first = 0;            // the step that took it
  std::optional<std::uint64_t> last;  // the step that gave it back; none: held at the end
  bool shared = false;
};

// A call of an operation of the object under test (heddle::verify).
struct Call {
  int thread = 0;
  std::string label;                   // "pop() → 1"; empty if unknown
  std::uint64_t after = 0;             // the last step before it, of whatever thread
  std::optional<std::uint64_t> until;  // the last step before it returned; none: it did not
  bool stopped = false;                // its thread was made to stop in it
};

// Of random continuations of the first `after` steps.
struct Chance {
  std::uint64_t after = 0;
  std::uint64_t failed = 0;
  std::uint64_t passed = 0;
};

// Another memory order for one atomic operation of the program.
struct OrderChange {
  std::string kind;  // load, store, rmw, compare_exchange, fence
  std::string from;
  std::string to;
  std::string failure_from;  // empty for all but compare_exchange
  std::string failure_to;
  Stack stack;  // the instruction, and the call of its function
};

// Orders that were tried, and with which nothing went wrong any more.
struct Fix {
  std::vector<OrderChange> orders;
  std::uint64_t executions = 0;  // that were run with them
  bool verified = false;         // which are all there are
};

struct Finding {
  std::string rule;         // "HED001"
  std::string name;         // "data-race"
  std::string title;        // "Data race"
  std::string fingerprint;  // hex; equal for the same bug of different schedules, builds and machines
  std::string cause;        // one sentence with names and places
  std::string message;      // what the program's side said
  std::string token;
  std::string replay;  // a shell command that shows it again; set by the command
  std::uint64_t execution = 0;
  std::string phase;
  std::uint64_t replays = 0;
  std::uint64_t reproduced = 0;
  std::uint64_t occurrences = 1;  // merged findings of the same fingerprint
  std::vector<Thread> threads;
  std::vector<Object> objects;
  std::vector<Access> accesses;
  std::vector<Blocked> blocked;
  std::vector<Step> steps;
  std::vector<Held> held;
  std::vector<Call> calls;
  std::optional<Minimized> minimized;
  std::string output;
  // Learnt by trying executions that differ from this one (`heddle check` without --no-why):
  std::uint64_t tried = 0;                 // executions
  std::vector<Chance> chances;             // by `after`
  std::optional<std::uint64_t> no_return;  // after so many steps every continuation failed; none: not so
  std::vector<Fix> fixes;
  // At most one: the nearest execution that passes, with threads, objects and steps only.
  std::vector<Finding> passing;
  // Set by explaining (reports/explain):
  std::string why;  // in plain language, for someone who knows threads but not this kind of bug
  std::vector<Turn> schedule;
  std::vector<LockSpan> locks;
  std::string turning;  // how it differs from the passing one, in words; empty without one

  const Thread* thread(int id) const;
  const Object* object(std::optional<int> id) const;
  const Access* access(const char* role) const;
  const Step* step(std::uint64_t number) const;
};

// Sorts threads, objects and steps by their numbers, which the look-ups above need, and drops repeated ones.
void put_in_order(Finding& finding);

}  // namespace heddle::format
