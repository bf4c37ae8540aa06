// Executions carried out from what the threads are known to do (memo.hpp), without the program.
#include <algorithm>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::initial_stamp;
using kernel::no_stamp;
using kernel::Operation;
using kernel::OperationKind;
using kernel::Stamp;
using kernel::ThreadId;

namespace {

// The event of which `last` is the end: the read of a rmw.
const Event& begin_of(const Graph& g, const Event& last) {
  return last.kind == EventKind::write && last.rmw ? g[last.po_previous] : last;
}

// What the thread learned from it. Nobody has a use for what a commuting rmw read, which depends on the
// others.
kernel::Value answer_of(const Event& e) {
  return e.kind == EventKind::write || e.commutes != kernel::Commutes::no ? 0 : e.value;
}
bool reads_initial(const Event& e) {
  return e.kind == EventKind::read && e.source == initial_stamp && e.commutes == kernel::Commutes::no;
}

}  // namespace

// The thread's history at its beginning.
Memo::Id ExhaustiveExplorer::beginning(ThreadId t) {
  if (t == 0) return memo_.root();
  const Stamp spawn = search_.graph().thread(t).spawned_by;
  if (spawn == no_stamp) return Memo::none;
  const Memo::Id created = search_.graph()[spawn].memo;
  return memo_.is_valid(created) ? memo_.started(created) : Memo::none;
}

// After its event `last`. none: not known.
Memo::Id ExhaustiveExplorer::history(Stamp last) {
  Graph& g = search_.graph();
  Event& e = g.at(last);
  if (memo_.is_valid(e.memo) && !e.memo_of_other) return e.memo;
  const Event& operation = begin_of(g, e);
  return note_history(last, before(operation));
}

// The history in which the operation was done whose first event this is. none: not known.
Memo::Id ExhaustiveExplorer::before(const Event& operation) {
  if (memo_.is_valid(operation.memo)) return memo_[operation.memo].before;
  if (operation.po_previous == no_stamp) return beginning(operation.thread);
  const Event& previous = search_.graph()[operation.po_previous];
  return memo_.is_valid(previous.memo) && !previous.memo_of_other ? previous.memo : Memo::none;
}

// The event `last` is the end of an operation done in this history. Answers the one after it.
Memo::Id ExhaustiveExplorer::note_history(Stamp last, Memo::Id before) {
  Graph& g = search_.graph();
  Event& e = g.at(last);
  const Event& operation = begin_of(g, e);
  e.memo = memo_.after(before, answer_of(operation), reads_initial(operation));
  e.memo_of_other = false;
  return e.memo;
}

// The thread's operation, now its event `last`, is answered.
void ExhaustiveExplorer::follow_history(Thread& thread, Stamp last) {
  Graph& g = search_.graph();
  Event& e = g.at(last);
  if (!memo_.is_valid(e.memo) || e.memo_of_other) note_history(last, thread.node);
  if (e.kind == EventKind::write && e.rmw) {
    Event& read = g.at(e.po_previous);
    read.memo = e.memo;
    read.memo_of_other = false;
  }
  thread.node = e.memo;
}

// Of a thread that has come to its next operation by running. False: it did something else before; the search
// begins anew without the memo.
bool ExhaustiveExplorer::compare_with_memo(ThreadId t, const Operation& op) {
  Thread& thread = threads_[t];
  const bool returns = op.state != nullptr && thread.looks && thread.watch.may_know(op);
  if (memo_.arrive(t, thread.node, op, returns)) return true;
  memo_.switch_off();
  restart_ = true;
  return false;
}

// Puts the thread where it stands at the end of the recorded events.
ExhaustiveExplorer::Recalled ExhaustiveExplorer::place(ThreadId t) {
  const Graph& g = search_.graph();
  add_thread(t);
  const Stamp last = g.thread(t).last;
  Thread& thread = threads_[t];
  if (last == no_stamp) {
    thread.tail = memo_.tail_ahead(beginning(t));
    return Recalled::yes;
  }
  thread.last = last;
  const Event& e = g[last];
  if (e.is_blocked()) {
    thread.node = e.unsatisfied ? before(e) : history(last);
    if (thread.node == Memo::none || (e.looped && !resolve(t))) return Recalled::no;
    if (!memo_[thread.node].known || memo_[thread.node].open) return Recalled::no;
    thread.pending = &memo_[thread.node].operation;
    thread.state = State::blocked;
    thread.tail = 0;
    return Recalled::yes;
  }
  thread.node = history(last);
  if (thread.node == Memo::none) return Recalled::no;
  if (!memo_[thread.node].ended) {
    const Recalled result = go_on(t);
    if (result == Recalled::yes) thread.tail = memo_.tail(thread.node);
    return result;
  }
  thread.state = State::finished;
  return Recalled::yes;
}

// Whether the running thread would be suspected to spin (spin_watch.hpp): since its last side effect it has
// read the same store twice, the last two times it was where it comes to now; or it tries a rmw again.
bool ExhaustiveExplorer::may_spin(ThreadId t, const Operation& op) {
  if (is_loopy(op)) return true;
  const Retried* const retried = op.kind == OperationKind::rmw ? retried_at(op.site.pc) : nullptr;
  const bool suspicious = op.kind == OperationKind::rmw && (retried == nullptr || retried->tries != 0);
  const Graph& g = search_.graph();
  Stamp before = no_stamp;  // what was read there the time before
  for (Stamp s = threads_[t].last; s != no_stamp; s = g[s].po_previous) {
    const Event& e = g[s];
    if (!memo_.is_valid(e.memo)) return true;
    if (e.kind == EventKind::write) return e.rmw && g.writes_back(e.po_previous);
    if (e.kind == EventKind::spawn || e.kind == EventKind::choice) return false;
    if (e.kind != EventKind::read || e.location != op.location) continue;
    if (memo_[memo_[e.memo].before].operation.site.pc != op.site.pc) continue;
    if (suspicious) return true;
    if (before != no_stamp) return e.source == before;
    before = e.source;
  }
  return false;
}

// Lets the thread come to its next operation.
ExhaustiveExplorer::Recalled ExhaustiveExplorer::go_on(ThreadId t) {
  Thread& thread = threads_[t];
  if (thread.node == Memo::none || !resolve(t)) return Recalled::no;
  const Memo::Node& node = memo_[thread.node];
  if (!node.can_go_on()) return Recalled::no;
  thread.pending = &node.operation;
  thread.state = State::waiting;
  thread.looks = thread.looks || node.spin_state != 0;
  return node.returns && may_spin(t, node.operation) ? recall_loop(t) : Recalled::yes;
}

bool ExhaustiveExplorer::may_be_cut(std::uint64_t operations) const {
  constexpr std::uint64_t slack = 2;
  return operations + slack >= options_.max_events;
}

// All threads only join and end: nothing is left to be explored of this execution, which is complete. False:
// it may be too long, and is to be run.
bool ExhaustiveExplorer::end_early() {
  std::uint64_t left = 0;
  for (const Thread& thread : threads_) {
    if (thread.state != State::absent && thread.state != State::finished) left += thread.tail - 1;
  }
  if (may_be_cut(search_.graph().size() + left)) return false;
  if (counts_this()) counts_.operations += left;
  end_execution(Ending::complete);
  if (!began_anew_) count_leaves(left);
  return true;
}

// Puts all threads where they stand at the end of the recorded events.
ExhaustiveExplorer::Recalled ExhaustiveExplorer::place_all() {
  const Graph& g = search_.graph();
  if (memo_.shares() && !repeat_accesses()) return Recalled::no;
  busy_ = 0;
  looped_.clear();
  for (ThreadId t = 0; t < g.threads_end(); ++t) {
    if (!g.thread(t).exists) continue;
    if (const Recalled result = place(t); result != Recalled::yes) return result;
    if (threads_[t].state != State::finished && threads_[t].tail == 0) ++busy_;
  }
  position_ = replay_end_;
  return Recalled::yes;
}

// The thread that would be running at the end of the recorded events: it goes on first, so that threads take
// turns as if the program ran.
ThreadId ExhaustiveExplorer::last_resumed() const {
  const Graph& g = search_.graph();
  for (Stamp s = replay_end_; s-- > 0;) {
    const Event& e = g[s];
    const bool ended = e.kind == EventKind::write && memo_.is_valid(e.memo) && memo_[e.memo].ended;
    if (!e.is_blocked() && !ended) return e.thread;
  }
  return 0;
}

// Whether some thread waits for a mutex: then threads may wait for each other while others go on, which is
// reported when they begin to.
bool ExhaustiveExplorer::waits_for_mutex() const {
  return std::ranges::any_of(threads_, [](const Thread& thread) {
    return (thread.state == State::waiting || thread.state == State::blocked) &&
           thread.pending->site.object_kind == kernel::ObjectKind::mutex;
  });
}

// What the threads did to plain memory that they share, up to their last recorded operations. False: it is
// not known, or they race.
bool ExhaustiveExplorer::repeat_accesses() {
  const Graph& g = search_.graph();
  memory_.forget();
  for (Stamp s = 0; s < g.size(); ++s) {
    const Event& e = g[s];
    if (e.kind == EventKind::write && e.rmw) continue;  // its read came before
    const Memo::Id id = before(e);
    if (id == Memo::none) return false;
    const Memo::Node& node = memo_[id];
    if (!node.known || node.open) return false;
    if (!memory_.begun() && e.kind == EventKind::spawn) {
      const std::span<const kernel::Value> values = memo_.initial_values(node);
      if (values.empty()) return false;
      memory_.begin(values.data(), static_cast<VariableId>(values.size()));
    }
    if (node.touches && !repeat_accesses(node, place_after(e.thread, e.po_previous))) return false;
  }
  return memory_.begun();
}

// Those of a thread with this history since the operation before.
bool ExhaustiveExplorer::repeat_accesses(const Memo::Node& node, const PlainMemory::Place& at) {
  const Memo::Node* n = &node;
  for (; n->reached != Memo::none && &memo_[n->reached] != n; n = &memo_[n->before]) {
    kernel::Value value = 0;
    if (!memory_.read(memo_[n->before].variable, at, value) || value != n->answer) return false;
  }
  return write_plain(node, at);
}

bool ExhaustiveExplorer::write_plain(const Memo::Node& node, const PlainMemory::Place& at) {
  return std::ranges::all_of(memo_.writes(node), [&](const Memo::Write& write) {
    return memory_.write(write.variable, at, write.value);
  });
}

// Where the thread is after its event `last`.
PlainMemory::Place ExhaustiveExplorer::place_after(ThreadId t, Stamp last) const {
  const Graph& g = search_.graph();
  const Stamp from = last != no_stamp ? last : g.thread(t).spawned_by;
  return {t, last == no_stamp ? 0 : g[last].index,
          g.clocks()[from == no_stamp ? kernel::zero_clock : g[from].hb]};
}

// What the thread does in plain memory that threads share, after its last event and up to its next operation.
// False: it is not known, or it races.
bool ExhaustiveExplorer::resolve(ThreadId t) {
  if (!memo_.shares()) return true;
  Thread& thread = threads_[t];
  const PlainMemory::Place at = place_after(t, thread.last);
  while (memo_[thread.node].variable != Memo::no_variable) {
    kernel::Value value = 0;
    if (!memory_.read(memo_[thread.node].variable, at, value)) return false;
    thread.node = memo_.after_reading(thread.node, value);
    if (thread.node == Memo::none) return false;
  }
  return write_plain(memo_[thread.node], at);
}

// Goes on from the recorded events, thread `current` first. False: the program has to be run, and the graph
// has been changed.
bool ExhaustiveExplorer::carry_out(ThreadId current) {
  while (busy_ != 0) {
    const Move move = extend(current);
    if (move.ending == Ending::blocked) {
      const std::span<const BlockedThread> blocked{blocked_.data(), blocked_.size()};
      if (is_deadlock(blocked) || is_livelock(blocked)) return false;
    }
    if (move.ending == Ending::complete || move.ending == Ending::blocked || move.ending == Ending::dropped) {
      if (waits_for_mutex()) return false;
      end_execution(move.ending);
      return true;
    }
    if (move.ending != Ending::none) return false;
    if (!move.starts) current = move.thread;
    Thread& thread = threads_[move.thread];
    const Memo::Id reached = thread.node;
    if (const Recalled result = go_on(move.thread); result != Recalled::yes) {
      if (result == Recalled::dropped) end_execution(Ending::dropped);
      return result == Recalled::dropped;
    }
    if (!move.starts && memo_[memo_[reached].before].operation.kind == OperationKind::spawn) {
      Thread& child = threads_[move.answer.value];
      child.tail = memo_.tail_ahead(memo_.started(reached));
      if (child.tail == 0) ++busy_;
    }
    const std::uint32_t tail = memo_.tail(thread.node);
    if (thread.tail == 0 && tail != 0) --busy_;
    thread.tail = tail;
  }
  return end_early();
}

bool ExhaustiveExplorer::recall() {
  if (!memo_.on() || walk_.lost()) return false;
  if (!memo_.only_learns()) {
    const std::size_t depth = search_.depth();
    const std::uint64_t before = counts_.executions;
    const ThreadId current = last_resumed();  // before loops are found, which those who run find
    const Recalled placed = place_all();
    if (placed != Recalled::no && !memo_.wants_run()) {
      if (placed == Recalled::dropped) end_execution(Ending::dropped);
      if (placed == Recalled::dropped || carry_out(current)) {
        memo_.count_recalled();
        if (counts_.executions > before) counts_.recalled += counts_.executions - before;
        return true;
      }
      search_.roll_back(depth, replay_end_);
    }
    take_loops_back();
    begin_run();
  }
  memo_.count_run();
  return false;
}

}  // namespace heddle::explore
