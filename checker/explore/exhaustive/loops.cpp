// How threads that go round in loops are noticed (spin_watch.hpp) and made to wait (spin.hpp).
#include <algorithm>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventIndex;
using kernel::Graph;
using kernel::no_stamp;
using kernel::Operation;
using kernel::OperationKind;
using kernel::Stamp;
using kernel::ThreadId;

namespace {
// How often a rmw that was tried again is looked at: fingerprints of stacks, and of changes to memory.
constexpr std::uint32_t tries_quick = 4096;
constexpr std::uint32_t tries_thorough = 1024;
}  // namespace

// Whether the thread, arriving at an instruction that is not known to, goes round in a loop. Where there is
// suspicion of a rmw, the graph is run again: there may be no other one in which it is tried again.
bool ExhaustiveExplorer::finds_loop(ThreadId t, const Operation& op) {
  using Care = SpinWatch::Care;
  SpinWatch& watch = threads_[t].watch;
  if (op.kind == OperationKind::rmw) {
    Retried* const retried = retried_at(op.site.pc);
    if (retried != nullptr && retried->tries != 0) {
      --retried->tries;
      const Care care = retried->returns ? Care::early_thorough : Care::early;
      if (watch.arrive(op, now(t), care) != SpinWatch::Verdict::loop) return false;
      if (retried->returns) return true;
      *retried = {op.site.pc, tries_thorough, true};
      again_ = true;
      return false;
    }
    if (retried == nullptr && watch.knows(op)) {
      retried_.push_back({op.site.pc, tries_quick, false});
      again_ = true;
      return false;
    }
  }
  return watch.arrive(op, now(t), Care::thorough) == SpinWatch::Verdict::loop;
}

ExhaustiveExplorer::Retried* ExhaustiveExplorer::retried_at(std::uintptr_t pc) {
  const auto at = std::ranges::find(retried_, pc, &Retried::pc);
  return at != retried_.end() ? &*at : nullptr;
}

// All instructions that read in the round the thread has gone are known to from now on. Did one of them not
// use to be? So which are known in the end does not depend on which of them was noticed first.
bool ExhaustiveExplorer::learns_round(const Thread& thread) {
  const std::size_t before = loopy_.size();
  thread.watch.for_each_passed([this](std::uintptr_t pc) { loopy_.push_back(pc); });
  return loopy_.size() != before;
}

// If the thread, arriving at a read, went round in a loop, it is blocked or its round is taken back. False:
// the run ends here, dropped, because the round leads nowhere, or because the search must start again with
// what is known now.
bool ExhaustiveExplorer::watch_loop(ThreadId t, const Operation& op) {
  Thread& thread = threads_[t];
  thread.looks = true;
  const bool loopy = is_loopy(op);
  if (loopy) {
    const SpinWatch::Verdict verdict = arrive_where_known(thread, op, now(t));
    if (restart_) return false;
    if (verdict != SpinWatch::Verdict::loop) return true;
  } else {
    thread.watch.pass(op.site.pc);
    if (!finds_loop(t, op)) return !again_;
  }
  if (learns_round(thread)) {
    restart_ = true;
    return false;
  }
  if (thread.last != search_.graph().thread(t).last) return true;
  const EventIndex begin = thread.watch.loop_begin();
  if (search_.unordered().any() && goes_round_counting(t, begin)) {
    restart_ = true;
    return false;
  }
  return go_round(t, op);
}

// Arrives at an instruction that is known to spin. The memo learns in which state; if that is not the one in
// which the same history was seen before, the search begins again without making anything of states in it.
SpinWatch::Verdict ExhaustiveExplorer::arrive_where_known(Thread& thread, const Operation& op,
                                                          EventIndex index) {
  return thread.watch.arrive(op, index, SpinWatch::Care::known, [&](bool thorough) {
    const kernel::Fingerprint state = op.state(thorough);
    if (memo_.on() && !states_vary_ && (state.varies || !memo_.note_state(thread.node, op, state))) {
      states_vary_ = restart_ = true;
    }
    return state.value;
  });
}

// The thread, about to do `op`, has gone round in a loop: it is blocked or its round is taken back. False:
// the round leads nowhere.
bool ExhaustiveExplorer::go_round(ThreadId t, const Operation& op) {
  Thread& thread = threads_[t];
  const EventIndex begin = thread.watch.loop_begin();
  if (takes_rounds_back() && !thread.watch.loop_touched()) {
    const Round round = round_of(search_.graph(), thread.last, begin, replay_end_);
    if (round != Round::kept) note_round(thread.last, begin);
    if (round == Round::stale) return false;
    if (round == Round::undoable && !thread.spin.in_earnest) {
      took_back_ = true;
      thread.last = thread.spin.park(search_.graph(), thread.last, begin, op);
      if (memo_.on()) thread.node = before(search_.graph()[thread.spin.undone]);
      search_.undo(thread.spin.undone);
      thread.watch.undo_round();
      return true;
    }
  }
  Event& last = search_.graph().at(thread.last);
  last.looped = true;
  last.loop_begin = begin;
  thread.state = State::blocked;
  return true;
}

// The state in which the thread is about to read, if it may spin there.
KnownRounds::State ExhaustiveExplorer::spin_state(const Thread& thread, const Operation& op) {
  if (op.kind != OperationKind::load || !takes_rounds_back() || !is_loopy(op)) return 0;
  if (is_recalled(thread)) return memo_[thread.node].spin_state;
  const std::uint64_t* const fingerprint = thread.watch.state_at(op);
  return fingerprint != nullptr ? search_.known_rounds().state(*fingerprint) : 0;
}

// Whether a read of the latest value is known to make a round that would be taken back.
bool ExhaustiveExplorer::would_go_round(const Thread& thread, KnownRounds::State state, const Operation& op) {
  return state != 0 && !thread.spin.in_earnest &&
         search_.known_rounds().has(state, search_.graph().latest_value(op.location, op.initial));
}

// A round of one read, which came back to the state before it.
void ExhaustiveExplorer::note_round(Stamp last, EventIndex begin) {
  const Event& e = search_.graph()[last];
  if (e.spin_state != 0 && e.index == begin + 1) search_.known_rounds().add(e.spin_state, e.value);
}

// Whether the thread did something after event `begin` that is assumed to commute: where it leaves the values
// alone it has gone round a loop, which the orders of the others have a say in.
bool ExhaustiveExplorer::goes_round_counting(ThreadId t, EventIndex begin) {
  const Graph& g = search_.graph();
  for (Stamp s = threads_[t].last; s != no_stamp && g[s].index > begin; s = g[s].po_previous) {
    if (g[s].commutes != kernel::Commutes::no && !search_.unordered().go_round(g[s].location)) return true;
  }
  return false;
}

bool ExhaustiveExplorer::is_loopy(const Operation& op) const {
  for (const std::uintptr_t pc : loopy_) {
    if (pc == op.site.pc) return true;
  }
  return false;
}

void ExhaustiveExplorer::watch_performed(Thread& mover, const Operation& op, Stamp stamp, bool wrote) {
  const Graph& g = search_.graph();
  if (g.writes_back(stamp)) {
    mover.watch.read_and_write_back(op, g[stamp].source, stamp + 1);
  } else if (wrote || op.kind == OperationKind::spawn ||
             (op.kind == OperationKind::choose && op.operand > 1)) {
    mover.watch.side_effect();
    mover.spin.in_earnest = false;
  } else if (op.kind == OperationKind::load || op.kind == OperationKind::rmw) {
    mover.watch.read(op, g[stamp].source);
  }
}

// Nothing but spinning is left: the first thread that waits for a store goes round once more, and stays.
bool ExhaustiveExplorer::spin_in_earnest() {
  for (Thread& thread : threads_) {
    if (thread.state != State::waiting || !thread.looks || !thread.spin.parked) continue;
    thread.spin.parked = false;
    thread.spin.in_earnest = true;
    return true;
  }
  return false;
}

}  // namespace heddle::explore
