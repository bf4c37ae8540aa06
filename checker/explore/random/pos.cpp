#include "checker/explore/random/pos.hpp"

namespace heddle::explore {

using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

void Pos::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0xc2b2ae3d27d4eb4fULL);
  priorities_.clear();
}

ThreadId Pos::pick(const Situation& s) {
  ThreadId best = s.movable[0];
  for (const ThreadId t : s.movable) {
    if (priorities_[t] > priorities_[best]) best = t;
  }
  return best;
}

namespace {
bool accesses(const Operation& op) {
  return op.kind == OperationKind::load || op.kind == OperationKind::store || op.kind == OperationKind::rmw;
}
}  // namespace

void Pos::performed(ThreadId t, const Operation& op, const Situation& s) {
  if (!accesses(op)) return;
  for (const ThreadId u : s.movable) {
    const Operation* other = s.pending[u];
    if (u == t || other == nullptr || !accesses(*other) || other->location != op.location) continue;
    if (op.kind != OperationKind::load || other->kind != OperationKind::load) redraw(u);
  }
}

}  // namespace heddle::explore
