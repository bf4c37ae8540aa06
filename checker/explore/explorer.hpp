// The one interface between a running program and the search.
//
// The explorer is passive: a *host* (native fibers, or the litmus interpreter) runs one thread until it
// reaches its next operation, calls `arrive`, and does what the returned Move says. The explorer keeps the
// execution graph, asks the memory model for candidates and decides who moves and what is read. Nothing here
// knows of stacks or addresses.
#pragma once

#include <cstdint>
#include <span>

#include "checker/explore/schedule.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::explore {

// Why an execution ended. Complete, blocked and cut executions are counted apart and never mixed.
enum class Ending : std::uint8_t {
  none,
  complete,  // every thread ended, or the process finished
  blocked,   // no thread can move and some thread waits: deadlock, livelock, or the program excludes it. A
             // random search's wait may also be a stale choice (see is_deadlock)
  cut,       // a bound stopped it (events, memory)
  stopped,   // the search ends within it: not counted, and still to be explored
  dropped,   // explored for its alternatives only: two rmws on one store, or a wait for what has happened
             // (Counts::stale); not an execution
  diverged,  // the program did not repeat itself: uncontrolled nondeterminism
  failed,    // the host reported a finding
  too_many_threads,  // more than kernel::threads_max
};

struct Move {
  kernel::ThreadId thread = kernel::no_thread;  // who runs next; for a thread that has not started: start it
  kernel::Answer answer;         // what its pending operation returns (meaningless when starting)
  bool starts = false;           // the thread has not arrived anywhere yet: run it from its beginning
  Ending ending = Ending::none;  // not none: the execution is over, resume nobody
  // What clock(thread) and now(thread) answer until the thread's next arrive.
  kernel::EventIndex now = 0;
  const kernel::EventIndex* clock = nullptr;
  kernel::Stamp stamp = kernel::no_stamp;  // the event its pending operation became
};

// A thread that cannot move at the end of a blocked execution.
struct BlockedThread {
  kernel::ThreadId thread;
  const kernel::Operation* operation;  // its pending await; points into the thread's own stack
  kernel::Value value;                 // the rejected value
  bool reads_latest;   // the value is the mo-latest one: waiting on a fact, not on a stale choice
  bool spins = false;  // it goes round in a loop instead of waiting in a call
};

// The first difference between what a thread did before and what it does now (Ending::diverged).
struct Divergence {
  kernel::ThreadId thread = kernel::no_thread;
  std::uint64_t step = 0;
  const char* expected = "";  // a word for the recorded operation
  const char* actual = "";
};

struct Counts {
  std::uint64_t executions = 0;  // complete + blocked + cut + failed
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t cut = 0;
  std::uint64_t operations = 0;
  // Runs that ended where somebody waits for what has happened. They are no executions, and the only number
  // that depends on the order in which an exhaustive search extends graphs (docs/exploration.md).
  std::uint64_t stale = 0;
  // Executions among them that were not run, since what all threads do in them was known
  // (exhaustive/memo.hpp).
  std::uint64_t recalled = 0;
};
// Each of them, for those who add, send or save them.
inline constexpr std::uint64_t Counts::*all_counts[] = {
    &Counts::executions, &Counts::complete, &Counts::blocked, &Counts::cut,
    &Counts::operations, &Counts::stale,    &Counts::recalled};

// How many executions the whole search has, those done included. `spread`: two standard errors.
struct Estimate {
  double executions = 0;  // 0: not known yet
  double spread = 0;
};

// Why an exhaustive search was not carried to its end.
enum class GivenUp : std::uint8_t { no, too_long, too_many_operations, endless };

// What a search of several kinds did of one of them.
struct Phase {
  const char* name = "";  // bounded, random, exhaustive
  std::uint64_t executions = 0;
  std::int64_t bound = -1;  // all schedules within it were run; -1: none
  bool all_within_bound = false;
  bool ended = false;  // exhaustive: every execution was explored
  GivenUp given_up = GivenUp::no;
  Estimate estimate = {};
  double seconds_needed = 0;  // too_long: for what was left, about
};

class ExhaustiveExplorer;
class Memo;
class ProbingExplorer;

class Explorer {
 public:
  virtual ~Explorer() = default;

  // Prepares the next execution. False: there is none (the search is exhausted, or its own bound is reached).
  // The main thread (0) exists and has not started; the host starts it.
  virtual bool next_execution() = 0;

  // Carries the execution that was prepared out without the program, if all of it is known, and ends it
  // (end_execution). False: it has to be run.
  virtual bool recall() { return false; }
  // The host tells memo() what it has to know: executions may be recalled.
  virtual void remember() {}
  // What wants to be told of the code that threads run (exhaustive/memo.hpp), if anything does.
  virtual Memo* memo() { return nullptr; }

  // Thread `t` has reached `op`, which stays valid until it is answered. Decides who moves next.
  virtual Move arrive(kernel::ThreadId t, const kernel::Operation& op) = 0;

  // Something reads what the object at this address holds by other means than an operation.
  virtual void looked_at(std::uintptr_t /*object*/) {}

  // The execution is over, whoever ended it (`ending` is what the last Move said, or `failed`).
  virtual void end_execution(Ending ending) = 0;

  // Full vector clock of the thread's next operation: entry u is the last event of u that happens before it,
  // except the thread's own entry, which is `now(t)`. Valid until the thread's next `arrive`. For race
  // detection.
  virtual const kernel::EventIndex* clock(kernel::ThreadId t) const = 0;
  // Number of events the thread has done. A plain access has the epoch (t, now(t)); it happens before an
  // operation of u iff now(t) at the access < clock(u)[t].
  virtual kernel::EventIndex now(kernel::ThreadId t) const = 0;
  // Number of entries in clocks (threads created so far, at most).
  virtual kernel::ThreadId clock_size() const = 0;

  virtual std::span<const BlockedThread> blocked_threads() const = 0;
  virtual const Divergence& divergence() const = 0;
  virtual const Counts& counts() const = 0;

  // True: a timed wait must be expressed as choose(2) (1 = times out) before its await; false: set
  // Operation::timed.
  virtual bool timeouts_are_choices() const = 0;

  // The decisions that lead to where the current execution stands, for a replay by the replay strategy.
  virtual void schedule(Schedule& out) const = 0;

  // True once every execution was explored to its end, none cut.
  virtual bool verified() const { return false; }
  // All schedules within this bound were run (random/bounded.hpp); -1: no bound.
  virtual std::int64_t completed_bound() const { return -1; }
  virtual Estimate estimate() const { return {}; }
  // In the order they began, if the search has several.
  virtual kernel::Vector<Phase> phases() const { return {}; }
  // The search that can be saved and resumed, if this is one.
  virtual ExhaustiveExplorer* exhaustive() { return nullptr; }
  // Threads did operations in this execution that are not in its schedule: rounds of spin loops that were
  // taken back (exhaustive/spin.hpp).
  virtual bool took_back() const { return false; }
  // What was found in this execution did not show in a replay of its schedule. If rounds were taken back, the
  // search begins again and leaves them where they are; if stores are not ordered, it begins again and orders
  // them; else false.
  virtual bool keep_rounds() { return false; }
  // Its descents, which guess how large parts of it are.
  virtual ProbingExplorer* prober() { return nullptr; }
  // The present execution is one of the search's; false: it only leads somewhere.
  virtual bool counts_this() const { return true; }
  // The strategy at work, for progress and findings. Static storage.
  virtual const char* phase() const = 0;
};

bool somebody_spins(std::span<const BlockedThread> blocked);
// No thread can move, some non-daemon thread waits in a blocking call, and every wait is on the latest value.
bool is_deadlock(std::span<const BlockedThread> blocked);
// The same where some thread spins.
bool is_livelock(std::span<const BlockedThread> blocked);

}  // namespace heddle::explore
