// How the recorded events of a graph are repeated: what the program does must be what it did.
#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::Operation;
using kernel::OperationKind;
using kernel::Stamp;
using kernel::ThreadId;

namespace {

// The kind of the event an operation becomes.
EventKind kind_of(OperationKind kind) {
  static constexpr EventKind kinds[] = {EventKind::read,  EventKind::write,  EventKind::read,
                                        EventKind::fence, EventKind::choice, EventKind::spawn,
                                        EventKind::write, EventKind::choice};
  static_assert(kinds[static_cast<int>(OperationKind::rmw)] == EventKind::read &&
                kinds[static_cast<int>(OperationKind::exit)] == EventKind::write &&
                kinds[static_cast<int>(OperationKind::spawn)] == EventKind::spawn);
  return kinds[static_cast<int>(kind)];
}

// Whether the recorded event is what the operation would become.
bool matches(const Graph& g, const Event& e, const Operation& op) {
  if (e.kind != kind_of(op.kind)) return false;
  switch (e.kind) {
    case EventKind::read:
      return e.location == op.location && e.success_order == op.order && e.operand == op.operand &&
             e.expected == op.expected && e.update == (op.kind == OperationKind::rmw ? op.update : nullptr) &&
             e.accepts == op.accepts && g.location(e.location).initial == op.initial;
    case EventKind::write:
      return e.location == op.location && e.order == op.order && e.value == op.operand &&
             g.location(e.location).initial == op.initial;
    case EventKind::fence:
      return e.order == op.order;
    case EventKind::choice:
      return e.operand == op.operand && op.kind == OperationKind::choose;
    case EventKind::spawn:
      return true;
  }
  return false;
}

// For a message.
const char* word(const Event& e) {
  switch (e.kind) {
    case EventKind::read:
      return e.update != nullptr ? "read-modify-write" : "load";
    case EventKind::write:
      return "store";
    case EventKind::fence:
      return "fence";
    case EventKind::choice:
      return "choice";
    case EventKind::spawn:
      return "thread creation";
  }
  return "";
}

}  // namespace

// Repeats recorded events until one resumes a thread, which `move` then says, or all are done.
void ExhaustiveExplorer::repeat(Move& move) {
  const auto begin = [&](ThreadId t) {
    move.thread = t;
    move.starts = true;
    move.clock = clock(t);
    start(t);
  };
  if (created_ != kernel::no_thread && options_.early_starts) return begin(created_);
  const Graph& g = search_.graph();
  const Event* const events = g.events().data();
  do {
    const Stamp stamp = position_;
    const Event* e = &events[stamp];
    const ThreadId t = e->thread;
    if (t >= threads_.size() || threads_[t].state != State::waiting) [[unlikely]] {
      if (t < threads_.size() && threads_[t].state == State::unstarted) return begin(t);
      move.ending = diverge(t, e, nullptr);
      return;
    }
    Thread& thread = threads_[t];
    const Operation& op = *thread.pending;
    if (!matches(g, *e, op)) [[unlikely]] {
      move.ending = diverge(t, e, &op);
      return;
    }
    move.answer.value = e->kind == EventKind::write ? 0 : e->value;
    move.answer.source = e->source;
    if (e->kind == EventKind::read && !e->rmw) {
      if (thread.looks) thread.watch.read(op, e->source);
    } else if (e->is_access()) {
      if (!thread.looks) {
        // nothing has been watched yet
      } else if (g.writes_back(stamp)) {
        thread.watch.read_and_write_back(op, e->source, stamp + 1);
      } else {
        thread.watch.side_effect();
      }
      if (e->arrival) [[unlikely]]
        gathering_.release(t);
      if (e->rmw) e = &events[++position_];
    } else {
      if (e->kind == EventKind::spawn) add_thread(static_cast<ThreadId>(e->value));
      if (e->kind == EventKind::spawn || (e->kind == EventKind::choice && e->operand > 1)) {
        if (threads_[t].looks) threads_[t].watch.side_effect();
      }
    }
    move.answer.mo_last = e->newest;
    Thread& mover = threads_[t];  // add_thread may have moved it
    mover.last = position_++;
    if (memo_.on()) follow_history(mover, mover.last);
    if (e->is_blocked()) {
      mover.state = State::blocked;
    } else if (op.kind == OperationKind::exit) {
      mover.state = State::finished;
      mover.pending = nullptr;
    } else {
      mover.state = State::running;
      mover.pending = nullptr;
      move.thread = t;
      move.stamp = stamp;
      move.now = e->index;
      move.clock = g.clocks()[e->hb];
      return;
    }
  } while (position_ < replay_end_);
}

Ending ExhaustiveExplorer::diverge(ThreadId t, const Event* e, const Operation* op) {
  divergence_ = {t, position_, e != nullptr ? word(*e) : "", op != nullptr ? op->site.call : "nothing"};
  return Ending::diverged;
}

}  // namespace heddle::explore
