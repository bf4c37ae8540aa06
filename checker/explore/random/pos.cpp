#include "checker/explore/random/pos.hpp"

#include "checker/explore/random/conflict.hpp"

namespace heddle::explore {

using kernel::Operation;
using kernel::ThreadId;

void Pos::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0xc2b2ae3d27d4eb4fULL);
  threads_.clear();
  moving_ = kernel::no_thread;
}

void Pos::restart(std::uint64_t seed) {
  random_ = kernel::Random(seed);
  for (ThreadId t = 0; t < threads_.size(); ++t) redraw(t);
}

ThreadId Pos::pick(const Situation& s) {
  ThreadId best = s.movable[0];
  for (const ThreadId t : s.movable) {
    if (threads_[t].priority > threads_[best].priority) best = t;
  }
  moving_ = best;
  return best;
}

void Pos::arrived(ThreadId t) {
  if (t == moving_) moving_ = kernel::no_thread;
  redraw(t);
  if (threads_[t].yields) threads_[t].priority = 0;
  threads_[t].yields = false;
}

void Pos::yielded(ThreadId t) {
  if (t == moving_) {
    threads_[t].yields = true;
  } else {
    threads_[t].priority = 0;
  }
}

// Blocked threads too: what releases a lock races with all who want it.
void Pos::performed(ThreadId t, const Operation& op, const Situation& s) {
  if (touch(op) == Touch::nothing) return;
  for (ThreadId u = 0; u < s.pending.size(); ++u) {
    if (u != t && s.pending[u] != nullptr && conflict(op, *s.pending[u])) redraw(u);
  }
}

}  // namespace heddle::explore
