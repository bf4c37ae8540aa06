// Cycles of threads that wait for each other: a partial deadlock, known the moment the last wait begins.
//
// A wait has an edge to every thread without which it cannot end: a lock's holder, each reader when a writer
// waits, the thread being joined. All of a wait's edges must be resolved (an AND graph), so any cycle is a
// deadlock. A wait that may end by itself (a timeout, a cancellation) must have no edge; a thread that ended
// while others need it is as bad as a cycle.
#pragma once

#include <cstdint>
#include <span>

#include "checker/kernel/types.hpp"

namespace heddle::detect {

class WaitGraph {
 public:
  // Writes the threads that `thread` waits for, at most `room`, and answers their number; 0: it is not
  // waiting.
  virtual std::uint32_t needed_by(kernel::ThreadId thread, kernel::ThreadId* out,
                                  std::uint32_t room) const = 0;
  // The thread will never do anything again.
  virtual bool has_ended(kernel::ThreadId thread) const = 0;

 protected:
  ~WaitGraph() = default;
};

// Threads, each waiting for the next; `closed`: the last one waits for the first. Otherwise the last one has
// ended.
struct WaitChain {
  static constexpr std::uint32_t length_max =
      64;  // longer chains are not looked for: the whole deadlock will be seen
  kernel::ThreadId threads[length_max];
  std::uint32_t length = 0;
  bool closed = false;
};

// A chain from `start` that can never move. False: none is known.
bool find_stuck_chain(const WaitGraph& graph, kernel::ThreadId start, WaitChain& out);

// True if every thread in [0, count) that has not ended waits, directly or not, for a thread of the chain:
// then nothing else runs and the end of the execution will show the whole deadlock.
bool all_are_stuck(const WaitGraph& graph, const WaitChain& chain, kernel::ThreadId count);

}  // namespace heddle::detect
