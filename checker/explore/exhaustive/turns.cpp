// In which order the threads extend the graph. It changes no count, but the cost.
//
// What a read can see is known once the stores are in the graph; a store that comes later has to revisit it,
// which costs a copy of the graph. Hence stores go before reads, and last the reads of the main thread, which
// often looks at what the others have done, and of threads that store nothing. Which those are the first
// execution tells: if there are any, the search begins anew.
//
// Before that, threads start as soon as they exist. Where a graph is repeated they only do if the search goes
// on after races: what threads do before their first operations then comes at the same place in all runs of a
// graph, also if it races. Without races nobody can tell, and starting a thread when it is needed is cheaper.
//
// The order is a function of the graph, of what the threads are about to do and of the ground of the search:
// its parts (part.hpp) are found again by it.
#include <algorithm>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::no_stamp;
using kernel::no_thread;
using kernel::OperationKind;
using kernel::Stamp;
using kernel::ThreadId;

// Least goes first. Reads of spin loops at the very end: they have to see what there is.
ExhaustiveExplorer::Rank ExhaustiveExplorer::rank(ThreadId t) const {
  const Thread& thread = threads_[t];
  if (thread.state == State::unstarted) return Rank::starts;
  if (thread.state != State::waiting) return Rank::others;
  if (!loopy_.empty() && is_loopy(*thread.pending)) return Rank::spins;
  const OperationKind kind = thread.pending->kind;
  if (kind != OperationKind::load && kind != OperationKind::rmw) return Rank::others;
  return thread.goes_last ? Rank::late_reads : Rank::reads;
}

// The running thread goes on where it may; not one that was only started to see what it will do.
ThreadId ExhaustiveExplorer::pick(ThreadId current) {
  // The first execution, which decides what the search assumes, is always the same one.
  if (options_.shuffle_seed != 0 && is_settled()) return pick_any();
  const bool goes_on = current != no_thread && threads_[current].last != no_stamp && can_move(current);
  if (goes_on && rank(current) <= least_rank_ && rank(current) != Rank::spins) return current;
  ThreadId chosen = goes_on ? current : no_thread;
  least_rank_ = goes_on ? rank(current) : Rank::spins;
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    const Rank r = rank(t);
    if (chosen != no_thread && r >= least_rank_) continue;
    if (!can_move(t)) continue;
    chosen = t;
    least_rank_ = r;
  }
  return chosen;
}

ThreadId ExhaustiveExplorer::pick_any() {
  ThreadId chosen = no_thread;
  std::uint64_t seen = 0;
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    if (!can_move(t)) continue;
    shuffle_state_ = shuffle_state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    if ((shuffle_state_ >> 33) % ++seen == 0) chosen = t;
  }
  return chosen;
}

// The first execution has ended. True: the search has to begin anew, since some threads are to go last.
bool ExhaustiveExplorer::settle_readers() {
  readers_.settled = true;
  for (Thread& thread : threads_) thread.stores = false;
  for (Stamp s = 0; s < search_.graph().size(); ++s) {
    const kernel::Event& e = search_.graph()[s];
    Thread& thread = threads_[e.thread];
    const bool exits = thread.state == State::finished && s == thread.last;
    if (e.kind == kernel::EventKind::write && !exits) thread.stores = true;
  }
  bool others = false;
  for (ThreadId t = 1; t < threads_.size(); ++t) {
    if (threads_[t].state == State::absent) continue;
    if (threads_[t].stores) {
      others = true;
    } else {
      readers_.threads.push_back(t);
    }
  }
  if (!others) readers_.threads.clear();
  return !readers_.threads.empty();
}

}  // namespace heddle::explore
