#include "checker/explore/random/urw.hpp"

#include <algorithm>

namespace heddle::explore {

using kernel::no_thread;
using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

namespace {

bool is_join(const Operation& op) {
  return op.accepts != nullptr && op.site.object_kind == kernel::ObjectKind::thread;
}

}  // namespace

void Urw::begin(std::uint64_t execution) {
  random_ = kernel::Random(seed_ ^ execution * 0xe7037ed1a0b428dbULL);
  last_spawner_ = no_thread;
  somebody_rests_ = false;
  for (Thread& t : threads_) {
    t.segment = 0;
    t.rests = false;
    for (Segment& s : t.segments) {
      s.done = 0;
      s.remaining = s.expected;
    }
  }
  // A creator's number is below those of the threads it creates, but for numbers used again.
  for (auto t = static_cast<ThreadId>(threads_.size()); t-- > 1;) {
    const Thread& child = threads_[t];
    if (child.parent < t) threads_[child.parent].segments[child.parent_segment].remaining += child.total();
  }
}

ThreadId Urw::pick(const Situation& s) {
  bool all_rest = true;
  for (const ThreadId t : s.movable) {
    const Operation* const op = s.pending[t];
    if (op == nullptr || (is_join(*op) && s.gives_up[t] == 0)) return t;
    all_rest = all_rest && threads_[t].rests;
  }
  ThreadId drawn = s.movable[0];
  std::uint64_t sum = 0;
  for (const ThreadId t : s.movable) {
    const Thread& thread = threads_[t];
    if (thread.rests && !all_rest) continue;
    const std::uint64_t weight = std::max<std::uint64_t>(thread.segments[thread.segment].remaining, 1);
    sum += weight;
    if (random_.next() % sum < weight) drawn = t;
  }
  return drawn;
}

void Urw::spawned(ThreadId t) {
  if (t >= threads_.size()) threads_.resize(t + 1);
  Thread& child = threads_[t];
  child.segment = 0;
  child.rests = false;
  child.parent = last_spawner_;
  if (last_spawner_ == no_thread) return;
  const Thread& parent = threads_[last_spawner_];
  child.parent_segment = parent.segment;
  std::uint64_t& both = threads_[last_spawner_].segments[parent.segment].remaining;
  both -= std::min(both, child.total());
}

void Urw::performed(ThreadId t, const Operation& op, const Situation&) {
  last_spawner_ = op.kind == OperationKind::spawn ? t : no_thread;
  if (somebody_rests_) {
    for (ThreadId u = 0; u < threads_.size(); ++u) threads_[u].rests = u == t && threads_[u].rests;
    somebody_rests_ = threads_[t].rests;
  }
  Thread& thread = threads_[t];
  if (is_join(op)) {
    thread.segment = std::min(thread.segment + 1, segments_max - 1);
    return;
  }
  Segment& segment = thread.segments[thread.segment];
  ++segment.done;
  if (segment.remaining != 0) --segment.remaining;
}

void Urw::end(std::uint32_t) {
  for (Thread& t : threads_) {
    for (Segment& s : t.segments) s.expected = std::max(s.expected, s.done);
  }
}

}  // namespace heddle::explore
