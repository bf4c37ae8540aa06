// Loops of threads that are recalled. Whether a thread has gone round in one is a function of its events
// since its last side effect and of the states in which it came to them, which the memo keeps where they last
// (kernel::Fingerprint): from those the watch is made as it would be had the thread run.
#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventIndex;
using kernel::EventKind;
using kernel::Graph;
using kernel::no_stamp;
using kernel::Operation;
using kernel::Stamp;
using kernel::ThreadId;

// The thread's watch learns that it came to this operation, having done `index` events. False: it is not
// known in which state.
bool ExhaustiveExplorer::recall_arrival(Thread& thread, const Memo::Node& node, EventIndex index,
                                        SpinWatch::Verdict& verdict) {
  verdict = SpinWatch::Verdict::none;
  if (!node.watched) return true;
  const Operation& op = node.operation;
  if (!is_loopy(op)) {
    // It has a place in the watch. Where it came to it again, somebody looked at it while it ran.
    thread.watch.pass(op.site.pc);
    thread.watch.arrive(op, index, SpinWatch::Care::quick, [](bool) { return std::uint64_t{0}; });
    return true;
  }
  if (!node.has_state) return false;
  verdict = thread.watch.arrive(op, index, SpinWatch::Care::known, [&node](bool) { return node.state; });
  return true;
}

// The thread's watch learns what it did since its last side effect. False: not all of it is known.
bool ExhaustiveExplorer::retrace(Thread& thread) {
  const Graph& g = search_.graph();
  thread.looks = true;
  thread.watch.reset();
  retraced_.clear();
  for (Stamp s = thread.last; s != no_stamp; s = g[s].po_previous) {
    const Event& e = g[s];
    if (e.kind == EventKind::spawn || (e.kind == EventKind::choice && e.operand > 1)) break;
    if (e.kind == EventKind::write && !(e.rmw && g.writes_back(e.po_previous))) break;
    if (e.kind == EventKind::read) retraced_.push_back(s);
  }
  while (!retraced_.empty()) {
    const Stamp s = retraced_.back();
    retraced_.pop_back();
    const Event& e = g[s];
    const Memo::Id at = before(e);
    if (at == Memo::none || !memo_[at].known) return false;
    SpinWatch::Verdict verdict{};
    const EventIndex index = e.po_previous == no_stamp ? 0 : g[e.po_previous].index;
    if (!recall_arrival(thread, memo_[at], index, verdict)) return false;
    if (e.rmw) {
      thread.watch.read_and_write_back(memo_[at].operation, e.source, s + 1);
    } else {
      thread.watch.read(memo_[at].operation, e.source);
    }
  }
  return true;
}

// The thread has come to this operation, where it may have been before. If it went round in a loop, it is
// blocked or its round is taken back.
ExhaustiveExplorer::Recalled ExhaustiveExplorer::recall_loop(ThreadId t) {
  Thread& thread = threads_[t];
  const Memo::Node& node = memo_[thread.node];
  SpinWatch::Verdict verdict{};
  if (!is_loopy(node.operation) || !node.watched || states_vary_) return Recalled::no;
  if (!retrace(thread) || !recall_arrival(thread, node, now(t), verdict)) return Recalled::no;
  if (verdict != SpinWatch::Verdict::loop) return Recalled::yes;
  bool new_instruction = false;
  thread.watch.for_each_passed([&](std::uintptr_t) { new_instruction = true; });
  if (new_instruction || search_.unordered().any()) return Recalled::no;
  if (!go_round(t, node.operation)) return Recalled::dropped;
  if (thread.state == State::blocked) {
    looped_.push_back(thread.last);
  } else {
    if (thread.node == Memo::none) return Recalled::no;
    thread.pending = &memo_[thread.node].operation;
  }
  return Recalled::yes;
}

// The program is run instead: what was found of recorded events, it is to find again.
void ExhaustiveExplorer::take_loops_back() {
  for (const Stamp s : looped_) {
    if (s < replay_end_) search_.graph().at(s).looped = false;
  }
}

}  // namespace heddle::explore
