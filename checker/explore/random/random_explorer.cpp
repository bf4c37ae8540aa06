#include "checker/explore/random/random_explorer.hpp"

#include <algorithm>

namespace heddle::explore {

using kernel::Event;
using kernel::Graph;
using kernel::no_stamp;
using kernel::no_thread;
using kernel::Operation;
using kernel::OperationKind;
using kernel::Stamp;
using kernel::ThreadId;

namespace {
// A thread that reads the same store by the same instruction this often in a row is going round in a loop.
constexpr std::uint32_t repeats_of_a_loop = 2;
// The same for plain memory, whose sources are not known: many a loop reads its bound over and over.
constexpr std::uint32_t repeats_of_a_plain_loop = 100;
// Operations a thread does in a row before the strategy is asked to let others move: loops too irregular to
// notice.
constexpr std::uint32_t alone_max = 1000;
}  // namespace

RandomExplorer::RandomExplorer(models::Model& model, Strategy& strategy, const RandomOptions& options)
    : model_(model),
      strategy_(strategy),
      strategy_observes_(strategy.observes()),
      options_(options),
      room_(options.threads) {}

bool RandomExplorer::next_execution() {
  if (options_.max_executions != 0 && counts_.executions >= options_.max_executions) return false;
  if (strategy_.finished()) return false;
  if (!again_) ++number_;
  again_ = false;
  graph_.reset(room_);
  threads_count_ = 0;
  movable_.clear();
  parked_.clear();
  blocked_.clear();
  decisions_.clear();
  steps_.clear();
  step_ = 0;
  strategy_.begin(number_);
  add_thread(0);  // the host starts it
  return true;
}

void RandomExplorer::add_thread(ThreadId t) {
  if (t >= threads_.size()) {
    threads_.resize(t + 1);
    pending_.resize(t + 1);
    gives_up_.resize(t + 1);
    movable_.reserve(t + 1);  // a Situation outlives the waking of threads
  }
  threads_count_ = std::max(threads_count_, std::size_t{t} + 1);
  threads_[t].reset();
  pending_[t] = nullptr;
  gives_up_[t] = 0;
  make_movable(t);
  strategy_.spawned(t);
}

void RandomExplorer::unpark(ThreadId t) {
  threads_[t].parked = false;
  parked_.erase(std::find(parked_.begin(), parked_.end(), t));
}

void RandomExplorer::make_movable(ThreadId t) {
  if (threads_[t].slot != nowhere) return;
  threads_[t].slot = static_cast<std::uint32_t>(movable_.size());
  movable_.push_back(t);
}

void RandomExplorer::make_immovable(ThreadId t) {
  const std::uint32_t slot = threads_[t].slot;
  if (slot == nowhere) return;
  movable_[slot] = movable_.back();
  threads_[movable_[slot]].slot = slot;
  movable_.pop_back();
  threads_[t].slot = nowhere;
}

// Whenever a mutex was free before, somebody's taking it follows: taking it, no history has to be searched.
bool RandomExplorer::reads_latest_only(const Operation& op) const {
  const bool takes_mutex =
      op.site.object_kind == kernel::ObjectKind::mutex && op.update != nullptr && op.accepts != nullptr;
  return takes_mutex || model_.interleaving();
}

bool RandomExplorer::satisfiable(ThreadId t, const Operation& op) const {
  if (op.accepts(graph_.latest_value(op.location, op.initial), op.accepts_argument)) return true;
  if (reads_latest_only(op) || !graph_.knows(op.location)) return false;
  const Graph::Location& x = graph_.location(op.location);
  const auto last = static_cast<std::uint32_t>(x.mo.size() - 1);
  for (std::uint32_t i = graph_.low(x, t); i < last; ++i) {
    if (op.accepts(graph_.value_of(x, x.mo[i]), op.accepts_argument) &&
        (op.update == nullptr || graph_.rmw_after(x, i) == no_stamp)) {
      return true;
    }
  }
  return false;
}

template <class Visit>
bool RandomExplorer::all_loop_reads(ThreadId t, Visit&& visit) const {
  for (Stamp s = graph_.thread(t).last; s != no_stamp && graph_[s].index > threads_[t].loop_begin;
       s = graph_[s].po_previous) {
    if (graph_[s].kind == kernel::EventKind::read && !visit(graph_[s])) return false;
  }
  return true;
}

// Sorts a thread with a pending operation into movable and parked.
void RandomExplorer::classify(ThreadId t) {
  const Operation& op = *pending_[t];
  Thread& thread = threads_[t];
  thread.spinning = false;
  const bool can = op.accepts == nullptr || satisfiable(t, op);
  gives_up_[t] = !can && may_give_up(op) ? 1 : 0;
  if (!can && !thread.parked) {
    thread.parked = true;
    parked_.push_back(t);
  } else if (can && thread.parked) {
    unpark(t);
  }
  if (can || may_give_up(op)) {
    make_movable(t);
  } else {
    make_immovable(t);
  }
}

void RandomExplorer::wake(kernel::LocationId location) {
  for (std::size_t i = parked_.size(); i-- > 0;) {
    const ThreadId t = parked_[i];
    const bool concerned = threads_[t].spinning
                               ? !all_loop_reads(t, [&](const Event& e) { return e.location != location; })
                               : pending_[t]->location == location;
    if (concerned) classify(t);
  }
}

[[gnu::flatten]] Move RandomExplorer::arrive(ThreadId t, const Operation& op) {
  pending_[t] = &op;
  Thread& thread = threads_[t];
  const bool stays_movable = op.accepts == nullptr && thread.slot != nowhere && !thread.parked;
  if (stays_movable && gives_up_[t] == 0) [[likely]] {
    thread.spinning = false;
  } else {
    classify(t);
  }
  strategy_.arrived(t);
  const SpinWatch::Care care = thread.doubted ? SpinWatch::Care::thorough : SpinWatch::Care::quick;
  if (op.state != nullptr && thread.watch.arrive(op, now(t), care) == SpinWatch::Verdict::loop) {
    thread.loop_begin = thread.watch.loop_begin();
    thread.watch.go_round(now(t));
    const bool stuck = all_loop_reads(t, [&](const Event& e) { return graph_.reads_latest(e); });
    if (stuck && !thread.parked) {
      thread.spinning = thread.parked = true;
      parked_.push_back(t);
      make_immovable(t);
    } else {
      strategy_.yielded(t);
    }
  }
  Move move;
  advance(t, move);
  return move;
}

// Nobody can move. Before this is called a livelock, those who spin go on until they have come round with all
// of memory the same. False: they have.
bool RandomExplorer::doubt_spinners() {
  bool doubted = false;
  for (std::size_t i = parked_.size(); i-- > 0;) {
    const ThreadId t = parked_[i];
    Thread& thread = threads_[t];
    if (!thread.spinning || thread.doubted) continue;
    thread.doubted = doubted = true;
    thread.spinning = thread.parked = false;
    parked_.erase(parked_.begin() + static_cast<std::ptrdiff_t>(i));
    make_movable(t);
  }
  return doubted;
}

void RandomExplorer::advance(ThreadId current, Move& move) {
  for (;;) {
    if (step_ >= options_.max_events) {
      move.ending = Ending::cut;
      return;
    }
    if (movable_.empty()) {
      if (doubt_spinners()) continue;
      collect_blocked();
      move.ending = blocked_.empty() ? Ending::complete : Ending::blocked;
      return;
    }
    Situation situation{{movable_.data(), movable_.size()},
                        {pending_.data(), threads_count_},
                        {gives_up_.data(), threads_count_},
                        current,
                        current != no_thread && threads_[current].slot != nowhere,
                        step_};
    const ThreadId usual = default_thread(situation);
    const ThreadId t = strategy_.pick(situation);
    alternative_ = 0;
    const Stamp step = step_;
    if (pending_[t] == nullptr) {  // starts: not an operation, but the choice counts as one
      if (t != usual) decisions_.push_back({step, t, 0});
      if (recording_) steps_.push_back({t, 0, situation.current_movable, true});
      ++step_;
      move.thread = t;
      move.starts = true;
      move.now = now(t);
      move.clock = clock(t);
      return;
    }
    const bool answered = perform(t, situation, move);
    if (recording_) steps_.push_back({t, alternative_, situation.current_movable && t != situation.current});
    if (t != usual || alternative_ != 0)
      decisions_.push_back({step, t == usual ? no_thread : t, alternative_});
    if (answered) return;
    current = t;
  }
}

Stamp RandomExplorer::add_read(ThreadId t, const Operation& op) {
  graph_.touch(op.location, op.initial);
  const Graph::Location& x = graph_.location(op.location);
  const auto last = static_cast<std::uint32_t>(x.mo.size() - 1);
  const std::uint32_t low = reads_latest_only(op) ? last : graph_.low(x, t);
  if (low == last) {
    // Another thread may have been faster since this one was found to be able to move.
    if (op.accepts != nullptr && !op.accepts(graph_.value_of(x, x.mo[last]), op.accepts_argument))
      return no_stamp;
    return graph_.append_read(t, op, x.mo[last]);
  }
  const auto allowed = [&](std::uint32_t i) {
    const kernel::Value v = graph_.value_of(x, x.mo[i]);
    if (op.accepts != nullptr && !op.accepts(v, op.accepts_argument)) return false;
    if (i == last || op.update == nullptr || !op.update(v, op.operand, op.expected).writes) return true;
    return graph_.rmw_after(x, i) == no_stamp;
  };
  const std::uint32_t n = last - low + 1;
  const std::uint32_t drawn = strategy_.draw(n, Draw::read);
  const bool checkable = !graph_.compacted() && model_.affordable(graph_);
  // From the one drawn towards the latest, then the older ones.
  for (std::uint32_t tried = 0; tried < n; ++tried) {
    const std::uint32_t distance = tried <= drawn ? drawn - tried : tried;
    const std::uint32_t i = last - distance;
    if (!allowed(i)) continue;
    const Stamp stamp = graph_.append_read(t, op, x.mo[i]);
    if (i == last || !model_.concerns(graph_, stamp) || (checkable && model_.consistent(graph_))) {
      alternative_ = distance;
      return stamp;
    }
    graph_.cut(stamp);
  }
  return no_stamp;
}

Stamp RandomExplorer::add_write(ThreadId t, const Operation& op) {
  graph_.touch(op.location, op.initial);
  const Graph::Location& x = graph_.location(op.location);
  const auto last = static_cast<std::uint32_t>(x.mo.size() - 1);
  if (model_.interleaving()) return graph_.append_write(t, op, last);
  const std::uint32_t low = graph_.low(x, t);
  if (low == last) return graph_.append_write(t, op, last);
  const std::uint32_t drawn = strategy_.draw(last - low + 1, Draw::place);
  const bool checkable = !graph_.compacted() && model_.affordable(graph_);
  for (std::uint32_t distance = drawn; distance > 0; --distance) {
    const std::uint32_t i = last - distance;
    if (graph_.rmw_after(x, i) != no_stamp) continue;
    const Stamp stamp = graph_.append_write(t, op, i);
    if (!model_.concerns(graph_, stamp) || (checkable && model_.consistent(graph_))) {
      alternative_ = distance;
      return stamp;
    }
    graph_.cut(stamp);
  }
  return graph_.append_write(t, op, last);
}

void RandomExplorer::notice_reading(ThreadId t, const Operation& op, Stamp source) {
  Reading& reading = threads_[t].reading;
  if (reading.pc == op.site.pc && reading.location == op.location && reading.source == source) {
    const bool plain = op.plain != kernel::PlainAccess::none;
    if (++reading.repeats >= (plain ? repeats_of_a_plain_loop : repeats_of_a_loop)) strategy_.yielded(t);
  } else {
    reading = {op.site.pc, op.location, source, 0};
  }
}

bool RandomExplorer::perform(ThreadId t, Situation& situation, Move& move) {
  const Operation& op = *pending_[t];
  kernel::Answer& answer = move.answer;
  const auto end = [&](Ending ending) {
    move.ending = ending;
    return true;
  };
  Stamp stamp = no_stamp;
  bool wrote = false;
  switch (op.kind) {
    case OperationKind::load:
    case OperationKind::rmw: {
      if (gives_up_[t] != 0) {
        answer.timed_out = true;
        strategy_.waited(t);
        break;
      }
      stamp = add_read(t, op);
      if (stamp == no_stamp) {  // no value is accepted any more, or only stale ones and none is consistent
        gives_up_[t] = may_give_up(op) ? 1 : 0;
        if (!may_give_up(op)) make_immovable(t);
        if (!threads_[t].parked) {
          threads_[t].parked = true;
          parked_.push_back(t);
        }
        return false;
      }
      answer.value = graph_[stamp].value;
      answer.source = graph_[stamp].source;
      if (strategy_observes_) strategy_.read(graph_, stamp);
      if (graph_[stamp].rmw) {
        const Stamp write = graph_.append_rmw_write(stamp);
        if (strategy_observes_) strategy_.wrote(graph_, write);
        answer.mo_last = graph_[write].newest;
        wrote = true;
      } else {
        notice_reading(t, op, answer.source);
      }
      break;
    }
    case OperationKind::store:
    case OperationKind::exit:
      stamp = add_write(t, op);
      if (strategy_observes_) strategy_.wrote(graph_, stamp);
      answer.mo_last = graph_[stamp].newest;
      wrote = true;
      break;
    case OperationKind::fence:
      stamp = graph_.append_fence(t, op.order);
      break;
    case OperationKind::choose:
      answer.value =
          op.operand > 1 ? strategy_.draw(static_cast<std::uint32_t>(op.operand), Draw::choose) : 0;
      alternative_ = static_cast<std::uint32_t>(answer.value);
      stamp = graph_.append_choice(t, answer.value, op.operand);
      if (op.yields) strategy_.waited(t);
      if (op.plain == kernel::PlainAccess::read) {
        notice_reading(t, op,
                       static_cast<Stamp>(op.site.object));  // location 0: no other reading is taken for it
      }
      break;
    case OperationKind::spawn: {
      const ThreadId child = graph_.lowest_free_thread();
      if (child >= options_.threads_max) return end(Ending::too_many_threads);
      if (child >= graph_.thread_capacity()) {
        room_ = std::min(std::max(options_.threads_max, room_), graph_.thread_capacity() * 2);
        again_ = true;
        return end(Ending::dropped);
      }
      stamp = graph_.append_spawn(t, child);
      answer.value = child;
      break;
    }
    case OperationKind::finish:
      return end(Ending::complete);
  }
  ++step_;
  Thread& mover = threads_[t];
  const bool may_change_its_way =
      op.kind == OperationKind::choose && (op.operand > 1 || op.plain != kernel::PlainAccess::none);
  const bool wrote_back = stamp != no_stamp && graph_.writes_back(stamp);
  if (wrote_back) {
    mover.watch.read_and_write_back(op, answer.source, stamp + 1);
  } else if (wrote || op.kind == OperationKind::spawn || may_change_its_way) {
    mover.watch.side_effect();
  } else if (stamp != no_stamp && graph_[stamp].kind == kernel::EventKind::read) {
    mover.watch.read(op, answer.source);
  }
  mover.alone = situation.current == t ? mover.alone + 1 : 0;
  if (mover.alone >= alone_max) {
    mover.alone = 0;
    strategy_.yielded(t);
  }
  if (wrote && !wrote_back) {
    threads_[t].reading.repeats = 0;
    if (!parked_.empty()) wake(op.location);
  }
  strategy_.performed(t, op, situation);
  pending_[t] = nullptr;
  if (mover.parked) unpark(t);
  const bool exits = op.kind == OperationKind::exit;
  if (exits) make_immovable(t);
  if (op.kind == OperationKind::spawn) add_thread(static_cast<ThreadId>(answer.value));
  if (graph_.size() > options_.history_max) graph_.compact(options_.history_max / 4, scratch_);
  if (exits) return false;
  move.thread = t;
  move.now = now(t);
  move.clock = clock(t);
  move.stamp = stamp;
  return true;
}

void RandomExplorer::collect_blocked() {
  for (const ThreadId t : parked_) {
    const Operation& op = *pending_[t];
    blocked_.push_back({t, &op, graph_.latest_value(op.location, op.initial), true, threads_[t].spinning});
  }
  std::sort(blocked_.begin(), blocked_.end(),
            [](const BlockedThread& a, const BlockedThread& b) { return a.thread < b.thread; });
}

void RandomExplorer::end_execution(Ending ending) {
  if (!again_) strategy_.end(step_);
  counts_.operations += step_;
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
    case Ending::failed:
      break;
    default:
      return;
  }
  ++counts_.executions;
}

}  // namespace heddle::explore
