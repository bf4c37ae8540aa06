// A scheduling strategy: who moves, and which of several possibilities happens. One file for each published
// algorithm. Every strategy is a function of its seed and the number of the execution.
#pragma once

#include <cstdint>
#include <span>

#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::kernel {
class Graph;
}

namespace heddle::explore {

// What a strategy may look at when it picks.
struct Situation {
  std::span<const kernel::ThreadId> movable;          // in no particular order; never empty
  std::span<const kernel::Operation* const> pending;  // by ThreadId; null: the thread has not started
  std::span<const std::uint8_t> gives_up;  // by ThreadId: moving it means that its timed wait times out
  kernel::ThreadId current;                // who moved last (no_thread at the beginning)
  bool current_movable;
  std::uint32_t step;  // operations done so far
  bool may_move(kernel::ThreadId t) const {
    for (const kernel::ThreadId m : movable) {
      if (m == t) return true;
    }
    return false;
  }
};

// The default policy: stay, else the lowest-numbered thread; time out only if nothing else can happen.
inline kernel::ThreadId default_thread(const Situation& s) {
  if (s.current_movable && s.gives_up[s.current] == 0) return s.current;
  kernel::ThreadId lowest = kernel::no_thread;
  kernel::ThreadId lowest_giving_up = kernel::no_thread;
  for (const kernel::ThreadId t : s.movable) {
    kernel::ThreadId& least = s.gives_up[t] != 0 ? lowest_giving_up : lowest;
    if (t < least) least = t;
  }
  return lowest != kernel::no_thread ? lowest : lowest_giving_up;
}

enum class Draw : std::uint8_t { read, place, choose };

class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual const char* name() const = 0;
  virtual void begin(std::uint64_t execution) = 0;
  // One of situation.movable.
  virtual kernel::ThreadId pick(const Situation& situation) = 0;
  // A number below n. Reads and places: 0 is the mo-latest, 1 the one before it, and so on; if that one is
  // not allowed the nearest allowed one is taken.
  virtual std::uint32_t draw(std::uint32_t n, Draw what) = 0;
  // A thread became known, and a thread reached an operation.
  virtual void spawned(kernel::ThreadId) {}
  virtual void arrived(kernel::ThreadId) {}
  virtual void performed(kernel::ThreadId, const kernel::Operation&, const Situation&) {}
  // The thread goes round in a loop that only reads: let others move.
  virtual void yielded(kernel::ThreadId) {}
  // Time passed for the thread: it slept, yielded, or its wait timed out. Others must be able to move before
  // it does, or a loop that polls would never end; but it may as well go on at once, however long it slept.
  virtual void waited(kernel::ThreadId t) { yielded(t); }
  virtual void end(std::uint32_t /*steps*/) {}
  // Whether `read` and `wrote` are called for every read and write, and these as they stand in the graph,
  // before `performed`.
  virtual bool observes() const { return false; }
  virtual void read(const kernel::Graph&, kernel::Stamp) {}
  virtual void wrote(const kernel::Graph&, kernel::Stamp) {}
  // A systematic strategy has run all it would.
  virtual bool finished() const { return false; }
  // The greatest bound whose schedules were all run; -1: none.
  virtual std::int64_t completed() const { return -1; }
};

}  // namespace heddle::explore
