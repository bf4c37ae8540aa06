#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

#include <algorithm>

namespace heddle::explore {

using kernel::Answer;
using kernel::Event;
using kernel::EventIndex;
using kernel::EventKind;
using kernel::Graph;
using kernel::no_stamp;
using kernel::no_thread;
using kernel::Operation;
using kernel::OperationKind;
using kernel::Stamp;
using kernel::ThreadId;

ExhaustiveExplorer::ExhaustiveExplorer(models::Model& model, const ExhaustiveOptions& options)
    : options_(options),
      search_(model, options.reductions),
      walk_(search_),
      shuffle_state_(options.shuffle_seed) {
  walk_.share(options.share, options.shares);
  walk_.start(options_.threads);
}

bool ExhaustiveExplorer::next_execution() {
  if (options_.max_executions != 0 && counts_.executions >= options_.max_executions) return false;
  if (again_) {
    again_ = false;
    search_.roll_back(search_.depth(), replay_end_);
  } else if (!next_graph()) {
    exhausted_ = true;
    return false;
  }
  replay_end_ = search_.graph().size();
  begin_run();
  return true;
}

void ExhaustiveExplorer::begin_run() {
  for (Thread& t : threads_) t.state = State::absent;
  add_thread(0);
  created_ = no_thread;
  if (memo_.on()) threads_[0].node = memo_.root();
  position_ = 0;
  starts_.clear();
  blocked_.clear();
  took_back_ = stale_ = false;
  gathering_.clear();
  if (!is_settled()) begin_to_learn();
}

void ExhaustiveExplorer::start(ThreadId t) {
  threads_[t].state = State::running;
  if (memo_.on()) threads_[t].node = beginning(t);
  created_ = no_thread;
  starts_.push_back({t, position_ < replay_end_ ? position_ : search_.graph().size()});
}

void ExhaustiveExplorer::add_thread(ThreadId child) {
  if (child >= threads_.size()) threads_.resize(child + 1);
  Thread& thread = threads_[child];
  created_ = child;
  thread.state = State::unstarted;
  thread.last = no_stamp;
  thread.node = Memo::none;
  thread.pending = nullptr;
  thread.goes_last = child == 0 || std::ranges::find(readers_.threads, child) != readers_.threads.end();
  least_rank_ = Rank::starts;
  if (!thread.looks) return;
  thread.watch.reset();
  thread.spin.reset();
  thread.looks = false;
}

void ExhaustiveExplorer::end_execution(Ending ending) {
  if (again_) {
    if (memo_.on()) memo_.settle();
    return;
  }
  const bool execution = ending == Ending::complete || ending == Ending::blocked || ending == Ending::cut ||
                         ending == Ending::failed;
  ran(execution);
  if (memo_.on()) memo_.settle();
  if (ending == Ending::stopped) {
    walk_.abandon();
    return;
  }
  const bool ended = ending == Ending::complete || ending == Ending::blocked;
  if (ended && !search_.unordered().ground().settled && search_.unordered().settle()) restart_ = true;
  if (ended && !readers_.settled && settle_readers()) restart_ = true;
  if (restart_) {
    restart_ = false;
    began_anew_ = true;
    counts_ = {};
    begin_anew();
    return;
  }
  if (!counts_this()) return;
  if (stale_ && ending == Ending::dropped) ++counts_.stale;
  if (!execution) return;
  counts_.operations += search_.graph().size();
  ++counts_.executions;
  switch (ending) {
    case Ending::complete:
      ++counts_.complete;
      break;
    case Ending::blocked:
      ++counts_.blocked;
      break;
    case Ending::cut:
      ++counts_.cut;
      break;
    default:
      break;
  }
}

Move ExhaustiveExplorer::arrive(ThreadId t, const Operation& op) {
  Move move;
  if (walk_.lost()) [[unlikely]] {
    divergence_ = {t, 0, "the alternatives of the saved search", "others"};
    move.ending = Ending::diverged;
    return move;
  }
  if (!search_.unordered().idle() && !search_.unordered().arrive(t, op)) [[unlikely]]
    restart_ = true;
  if (restart_) [[unlikely]] {
    move.ending = Ending::dropped;
    return move;
  }
  Thread& thread = threads_[t];
  thread.pending = &op;
  thread.state = State::waiting;
  if (memo_.on() && !compare_with_memo(t, op)) [[unlikely]] {
    move.ending = Ending::dropped;
    return move;
  }
  if (op.state != nullptr && !watch_loop(t, op)) [[unlikely]] {
    move.ending = Ending::dropped;
    return move;
  }
  if (op.parties != 0 && gathers()) [[unlikely]]
    gathering_.hold(t, op);
  if (position_ < replay_end_) repeat(move);
  if (move.thread == no_thread && move.ending == Ending::none) {
    move = extend(t);
    if (move.thread != no_thread) {
      move.now = now(move.thread);
      move.clock = clock(move.thread);
    }
  }
  return move;
}

Answer ExhaustiveExplorer::answer_for(Stamp stamp, bool mo_last) const {
  const Event& e = search_.graph()[stamp];
  return {e.kind == EventKind::write ? 0 : e.value, e.source, mo_last, false};
}

bool ExhaustiveExplorer::can_move(ThreadId t) const {
  const Thread& thread = threads_[t];
  switch (thread.state) {
    case State::unstarted:
    case State::answered:
      return true;
    case State::waiting:
      if (thread.pending->kind == OperationKind::finish || search_.must_wait(t)) return false;
      if (thread.looks && thread.spin.parked && !thread.spin.may_go_on(search_.graph())) return false;
      if (thread.pending->parties != 0 && gathers()) return false;  // moves with the others (gather)
      return thread.pending->accepts == nullptr || search_.accepts_latest(*thread.pending);
    default:
      return false;
  }
}

// Gives one parked await its rejected latest value; older stores that it accepts become alternatives. Those
// without any come last: they are not in the graph then, and in nobody's way, when the others go on.
bool ExhaustiveExplorer::park_one() {
  ThreadId without = no_thread;
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    const Thread& thread = threads_[t];
    if (thread.state != State::waiting || thread.pending->accepts == nullptr) continue;
    if (search_.accepts_latest(*thread.pending)) continue;  // held back by symmetry alone
    const std::size_t open = search_.open_items();
    const Stamp read = search_.add_read(t, *thread.pending);
    if (search_.open_items() != open) {
      block(t, read);
      return true;
    }
    search_.undo(read);
    if (without == no_thread) without = t;
  }
  if (without == no_thread) return false;
  block(without, search_.add_read(without, *threads_[without].pending));
  return true;
}

void ExhaustiveExplorer::block(ThreadId t, Stamp read) {
  if (memo_.on()) note_history(read, threads_[t].node);
  threads_[t].last = read;
  threads_[t].state = State::blocked;
}

// Where all parties are at a barrier, they arrive. True: something was done; or the search has to begin anew.
bool ExhaustiveExplorer::gather(Move& move) {
  const Gathering::State state = gathering_.look(search_.graph());
  if (state == Gathering::State::incomplete) return false;
  if (state == Gathering::State::unsuitable) {
    move = order_barriers();
    return true;
  }
  search_.add_arrivals(gathering_.gathered());
  for (const Arrival& a : gathering_.gathered()) {
    Thread& thread = threads_[a.thread];
    thread.last = search_.graph().thread(a.thread).last;
    thread.state = State::answered;
    thread.answer = answer_for(thread.last - 1, true);
    thread.pending = nullptr;
    least_rank_ = Rank::starts;
    if (thread.looks) {
      thread.watch.side_effect();
      thread.spin.in_earnest = false;
    }
    gathering_.release(a.thread);
  }
  return true;
}

// Nothing can move: whoever is at a barrier waits for ever. True: the search has to begin anew.
bool ExhaustiveExplorer::block_gathering(Move& move) {
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    if (threads_[t].state != State::waiting || !gathering_.keeps_waiting(search_.graph(), t)) continue;
    move = order_barriers();
    return true;
  }
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    if (threads_[t].state == State::waiting && gathering_.holds(t)) threads_[t].state = State::blocked;
  }
  return false;
}

Move ExhaustiveExplorer::order_barriers() {
  ordered_barriers_ = true;
  restart_ = true;
  return finish(Ending::dropped);
}

// The operation is none of those a reduction counts on: the search has to begin anew, without it.
bool ExhaustiveExplorer::breaks_discipline(ThreadId t, const Operation& op) {
  const kernel::ObjectKind kind = op.site.object_kind;
  if (!search_.unordered().idle() && !search_.unordered().add(search_.graph(), t, op)) return true;
  if (kind == kernel::ObjectKind::barrier && op.destroys && gathers() &&
      !knows_latest(search_.graph(), t, op)) {
    ordered_barriers_ = true;
    return true;
  }
  if (kind != kernel::ObjectKind::mutex || !search_.takes_locks_out()) return false;
  // A lock that waits, or an unlock. Whoever reads a mutex otherwise can tell who else got it.
  if (op.kind == OperationKind::rmw && op.accepts != nullptr) return false;
  if (op.kind == OperationKind::store && op.operand == 0) return false;
  if (op.destroys && knows_latest(search_.graph(), t, op)) return false;
  search_.take_locks_out(false);
  return true;
}

bool ExhaustiveExplorer::is_too_big() {
  const Stamp size = search_.graph().size();
  if (size >= options_.max_events) return true;
  constexpr Stamp between_looks = 64;
  if (size % between_looks != 0 || search_.memory() <= options_.max_memory) return false;
  needs_more_memory_ = true;
  return true;
}

Move ExhaustiveExplorer::extend(ThreadId current) {
  for (;;) {
    if (is_too_big()) return finish(Ending::cut);
    Move gathered;
    if (!gathering_.empty() && gather(gathered)) {
      if (gathered.ending != Ending::none) return gathered;
      continue;
    }
    const ThreadId t = pick(current);
    if (t != no_thread) {
      const Move move = perform(t);
      if (move.thread != no_thread || move.ending != Ending::none) return move;
      continue;
    }
    if (spin_in_earnest() || park_one()) continue;
    if (!gathering_.empty() && block_gathering(gathered)) return gathered;
    bool process_finishes = false;
    bool all_finished = true;
    for (const Thread& thread : threads_) {
      process_finishes = process_finishes || thread.state == State::waiting;
      all_finished = all_finished && thread.state != State::blocked;
    }
    collect_blocked();
    if (all_finished || (process_finishes && !ends_early())) return finish(Ending::complete);
    stale_ = !waits_for_facts();
    return finish(stale_ ? Ending::dropped : Ending::blocked);
  }
}

Move ExhaustiveExplorer::perform(ThreadId t) {
  Thread& thread = threads_[t];
  if (thread.state == State::unstarted) {
    start(t);
    return {t, {}, true, Ending::none};
  }
  if (thread.state == State::answered) {
    thread.state = State::running;
    if (memo_.on()) follow_history(thread, thread.last);
    return {t, thread.answer, false, Ending::none};
  }
  const Operation& op = *thread.pending;
  if (breaks_discipline(t, op)) [[unlikely]] {
    restart_ = true;
    return finish(Ending::dropped);
  }
  std::span<const kernel::Value> rejected;
  KnownRounds::State spin = 0;
  if (thread.looks) {
    thread.spin.parked = false;
    spin = spin_state(thread, op);
    if (spin != 0 && memo_.on()) memo_.note_spin_state(thread.node, spin);
    if (would_go_round(thread, spin, op)) {
      took_back_ = true;
      thread.spin.park_before(search_.graph(), now(t), op);
      return {};
    }
    rejected = thread.spin.rejected_at(now(t), op);
  }
  Stamp stamp = no_stamp;
  bool mo_last = false;
  switch (op.kind) {
    case OperationKind::load:
      stamp = search_.add_read(t, op, rejected);
      if (spin != 0) search_.graph().at(stamp).spin_state = spin;
      break;
    case OperationKind::rmw:
      stamp = search_.add_read(t, op, rejected);
      if (memo_.on()) note_history(stamp, thread.node);
      if (search_.graph()[stamp].rmw) {
        if (search_.add_rmw_write(stamp) == no_stamp) return finish(Ending::dropped);
        mo_last = true;
      }
      break;
    case OperationKind::store:
    case OperationKind::exit:
      stamp = search_.add_write(t, op);
      mo_last = true;
      break;
    case OperationKind::fence:
      stamp = search_.graph().append_fence(t, op.order);
      break;
    case OperationKind::choose:
      stamp = search_.add_choice(t, op.operand);
      break;
    case OperationKind::spawn: {
      const ThreadId child = search_.graph().lowest_free_thread();
      if (child >= options_.threads_max) return finish(Ending::too_many_threads);
      if (child >= search_.graph().thread_capacity()) {
        options_.threads = std::min(options_.threads_max, search_.graph().thread_capacity() * 2);
        restart_ = true;
        return finish(Ending::dropped);
      }
      stamp = search_.graph().append_spawn(t, child, op.symmetric && options_.reductions.symmetry);
      add_thread(child);
      break;
    }
    case OperationKind::finish:
      break;
  }
  Thread& mover = threads_[t];
  mover.last = search_.graph().thread(t).last;
  mover.pending = nullptr;
  if (mover.looks) watch_performed(mover, op, stamp, mo_last);
  const Answer answer = answer_for(stamp, mo_last);
  if (memo_.on()) follow_history(mover, mover.last);
  if (op.kind == OperationKind::exit) {
    mover.state = State::finished;
    return {};
  }
  mover.state = State::running;
  return {t, answer, false, Ending::none, 0, nullptr, stamp};
}

void ExhaustiveExplorer::collect_blocked() {
  const Graph& g = search_.graph();
  for (ThreadId t = 0; t < threads_.size(); ++t) {
    if (threads_[t].state != State::blocked) continue;
    if (gathering_.holds(t)) {
      const Operation& op = *threads_[t].pending;
      blocked_.push_back({t, &op, g.latest_value(op.location, op.initial), true, false});
      continue;
    }
    const Event& e = g[threads_[t].last];
    blocked_.push_back({t, threads_[t].pending, e.value, reads_latest_from(e), e.looped});
  }
}

// Some thread did not get as far as it would have before the process ends: what it waits for has happened,
// and another execution sees it; or the program excludes this execution.
bool ExhaustiveExplorer::ends_early() const {
  for (const BlockedThread& b : blocked_) {
    if (!b.reads_latest || b.operation->assumption) return true;
  }
  return false;
}

// Nobody waits for what has happened (docs/exploration.md, *Which executions are blocked*).
bool ExhaustiveExplorer::waits_for_facts() const {
  return std::ranges::all_of(blocked_, [](const BlockedThread& b) { return b.reads_latest; });
}

// Whether everything a blocked thread waits on is the mo-latest value: the await's, or all reads of its loop.
bool ExhaustiveExplorer::reads_latest_from(const Event& last) const {
  const Graph& g = search_.graph();
  if (!last.looped) return last.source == g.location(last.location).mo.back();
  for (const Event* e = &last; e->index > last.loop_begin; e = &g[e->po_previous]) {
    if (e->kind == EventKind::read && !g.reads_latest(*e)) return false;
    if (e->po_previous == no_stamp) break;
  }
  return true;
}

const EventIndex* ExhaustiveExplorer::clock(ThreadId t) const {
  const Graph& g = search_.graph();
  Stamp s = threads_[t].last;
  if (s == no_stamp) s = g.thread(t).spawned_by;
  return g.clocks()[s == no_stamp ? kernel::zero_clock : g[s].hb];
}

EventIndex ExhaustiveExplorer::now(ThreadId t) const {
  const Stamp s = threads_[t].last;
  return s == no_stamp ? 0 : search_.graph()[s].index;
}

}  // namespace heddle::explore
