#include "checker/kernel/graph.hpp"

#include <cassert>
#include <utility>

namespace heddle::kernel {
namespace {
constexpr Event blank;
}  // namespace

void Graph::reset(ThreadId threads) {
  events_.clear();
  for (LocationId id : touched_) locations_[id].touched = false;
  touched_.clear();
  clocks_.clear(threads);
  threads_.assign(1, Thread{});
  threads_[0].exists = true;
  seq_cst_count_ = seq_cst_fences_ = 0;
  compacted_ = false;
}

void Graph::touch_first(LocationId id, Value initial) {
  if (id >= locations_.size()) locations_.resize(id + 1 + id / 2);
  Location& x = locations_[id];
  x.touched = true;
  x.unordered = false;
  x.initial = initial;
  x.floor = 0;
  x.heads.clear();
  x.mo.clear();
  x.mo.push_back(initial_stamp);
  touched_.push_back(id);
}

std::uint32_t Graph::low(const Location& x, ThreadId t, const EventIndex* clock) const {
  const auto last = static_cast<std::uint32_t>(x.mo.size() - 1);
  if (last == x.floor) return last;
  const Event& newest = events_[x.mo[last]];
  if (newest.thread == t || newest.index <= clock[newest.thread]) return last;
  std::uint32_t low = x.floor;
  for (const Head& head : x.heads) {
    Stamp s = head.stamp;
    if (head.thread != t) {
      const EventIndex known = clock[head.thread];
      if (known == 0) continue;
      while (s != no_stamp && events_[s].index > known) s = events_[s].same_location_previous;
      if (s == no_stamp) continue;
    }
    const Event& e = events_[s];
    low = std::max(low, e.kind == EventKind::write ? e.mo_index : mo_index_of(e.source));
  }
  return low;
}

std::uint32_t Graph::low_before(const Location& x, const Event& e, const EventIndex* clock) const {
  std::uint32_t low = x.floor;
  for (const Head& head : x.heads) {
    const EventIndex known = head.thread == e.thread ? e.index - 1 : clock[head.thread];
    Stamp s = head.stamp;
    while (s != no_stamp && events_[s].index > known) s = events_[s].same_location_previous;
    if (s == no_stamp) continue;
    const Event& newest = events_[s];
    low = std::max(low, newest.kind == EventKind::write ? newest.mo_index : mo_index_of(newest.source));
  }
  return low;
}

Event& Graph::new_event(ThreadId t) {
  const auto stamp = static_cast<Stamp>(events_.size());
  events_.emplace_back(blank);  // copied by vector registers, faster than made
  Event& e = events_.back();
  Thread& thread = threads_[t];
  e.thread = static_cast<std::uint16_t>(t);
  e.clock_mark = clocks_.mark();
  e.po_previous = thread.last;
  if (thread.last != no_stamp) {
    const Event& before = events_[thread.last];
    e.index = before.index + 1;
    e.hb = before.hb;
    e.pending = before.pending;
    e.fence = before.fence;
    e.porf = before.porf;
  } else {
    e.index = 1;
    if (thread.spawned_by != no_stamp) {
      e.hb = events_[thread.spawned_by].hb;
      e.porf = porf_of_first(t);
    }
    thread.first = stamp;
  }
  thread.last = stamp;
  return e;
}

// porf of a created thread's first event: its creation, and its leader's first event, with the write of a
// rmw.
ClockRef Graph::porf_of_first(ThreadId t) {
  const Thread& thread = threads_[t];
  const ClockRef created = events_[thread.spawned_by].porf;
  if (thread.leader == no_thread || first_of_leader(t) == no_stamp) return created;
  const Event& before = events_[first_of_leader(t)];
  const EventIndex index = before.index + (before.kind == EventKind::read && before.rmw ? 1 : 0);
  return clocks_.join(created, before.porf, before.thread, index);
}

void Graph::add_child(const Event& spawn, Stamp stamp) {
  const auto child = static_cast<ThreadId>(spawn.value);
  if (child >= threads_.size()) threads_.resize(child + 1);
  Thread& thread = threads_[child];
  thread = {no_stamp, stamp, true, no_thread, no_stamp};
  if (spawn.operand == 0) return;
  thread.leader = static_cast<ThreadId>(events_[spawn.po_previous].value);
}

void Graph::count(const Event& e, int by) {
  if (e.kind == EventKind::choice || e.kind == EventKind::spawn || !is_seq_cst(e.order)) return;
  seq_cst_count_ += static_cast<std::uint32_t>(by);
  if (e.kind == EventKind::fence) seq_cst_fences_ += static_cast<std::uint32_t>(by);
}

void Graph::link_access(Event& e, Stamp stamp) {
  Location& x = locations_[e.location];
  for (Head& head : x.heads) {
    if (head.thread == e.thread) {
      e.same_location_previous = head.stamp;
      head.stamp = stamp;
      return;
    }
  }
  e.same_location_previous = no_stamp;
  x.heads.push_back({e.thread, stamp});
}

void Graph::label_read(Event& e, const Location& x) {
  e.value = value_of(x, e.source);
  e.order = e.success_order;
  e.rmw = false;
  e.unsatisfied = e.rejects(e.value);
  if (e.update != nullptr && !e.unsatisfied) {
    e.rmw = e.update(e.value, e.operand, e.expected).writes;
    if (!e.rmw) e.order = e.failure_order;
  }
}

// The state after a read: everything the store's past and its synchronisation give the thread.
void Graph::finish_read(Event& e) {
  if (e.source == initial_stamp) return;
  const Event& w = events_[e.source];
  if (w.thread != e.thread && clocks_[e.porf][w.thread] < w.index) {
    e.porf = clocks_.join(e.porf, w.porf, w.thread, w.index);
  }
  if (w.sync_own) {
    if (w.thread == e.thread) return;
    if (has_acquire(e.order) && clocks_[e.hb][w.thread] < w.index) {
      e.hb = clocks_.join(e.hb, w.sync, w.thread, w.index);
    }
    if (clocks_[e.pending][w.thread] < w.index)
      e.pending = clocks_.join(e.pending, w.sync, w.thread, w.index);
  } else if (w.sync != zero_clock) {
    if (has_acquire(e.order)) e.hb = clocks_.join(e.hb, w.sync);
    e.pending = clocks_.join(e.pending, w.sync);
  }
}

// What a reader of the write learns: the release store or fence, and for a rmw also what its source releases
// (C++20 release sequences consist of rmw chains only).
void Graph::finish_write(Event& e, const Event* read) {
  if (has_release(e.order)) {
    e.sync = e.hb;
    e.sync_own = true;
  } else {
    e.sync = e.fence;
    e.sync_own = false;
  }
  if (read == nullptr || read->source == initial_stamp) return;
  const Event& head = events_[read->source];
  if (head.sync == zero_clock && !head.sync_own) return;
  if (e.sync_own) {
    e.sync = clocks_.with(e.sync, e.thread, e.index);
    e.sync_own = false;
  }
  e.sync = head.sync_own ? clocks_.join(e.sync, head.sync, head.thread, head.index)
                         : clocks_.join(e.sync, head.sync);
}

namespace {
void label_from(Event& e, const Operation& op) {
  e.location = op.location;
  e.size = op.size;
  e.order = e.success_order = op.order;
  e.failure_order = op.failure_order;
  e.operand = op.operand;
  e.expected = op.expected;
  e.update = op.kind == OperationKind::rmw ? op.update : nullptr;
  e.accepts = op.accepts;
  e.accepts_argument = op.accepts_argument;
  e.owned = op.site.object_kind == ObjectKind::mutex;
  e.daemon = op.daemon;
}

void label_from(Event& e, const Event& other) {
  e.location = other.location;
  e.size = other.size;
  e.order = e.success_order = other.success_order;
  e.failure_order = other.failure_order;
  e.operand = other.operand;
  e.expected = other.expected;
  e.update = other.update;
  e.accepts = other.accepts;
  e.accepts_argument = other.accepts_argument;
  e.owned = other.owned;
  e.daemon = other.daemon;
  e.arrival = other.arrival;
  e.spin_state = other.spin_state;
}
}  // namespace

[[gnu::flatten]] Stamp Graph::append_read(ThreadId t, const Operation& op, Stamp source) {
  touch(op.location, op.initial);
  const Stamp stamp = size();
  Event& e = new_event(t);
  e.kind = EventKind::read;
  label_from(e, op);
  e.source = source;
  label_read(e, locations_[e.location]);
  link_access(e, stamp);
  finish_read(e);
  count(e, 1);
  return stamp;
}

Stamp Graph::append_read_again(const Event& original, Stamp source) {
  const Stamp stamp = size();
  Event& e = new_event(original.thread);
  e.kind = EventKind::read;
  label_from(e, original);
  e.memo = original.memo;
  e.memo_of_other = true;
  e.source = source;
  label_read(e, locations_[e.location]);
  link_access(e, stamp);
  finish_read(e);
  count(e, 1);
  return stamp;
}

void Graph::insert_mo(Location& x, std::uint32_t index, Stamp stamp) {
  events_[stamp].newest = index == x.mo.size();
  if (events_[stamp].newest) {
    x.mo.push_back(stamp);
  } else {
    x.mo.insert(x.mo.begin() + index, stamp);
    for (std::uint32_t i = index + 1; i < x.mo.size(); ++i) events_[x.mo[i]].mo_index = i;
  }
  events_[stamp].mo_index = index;
}

void Graph::remove_mo(Location& x, std::uint32_t index) {
  if (index + 1 == x.mo.size()) {
    x.mo.pop_back();
    return;
  }
  x.mo.erase(x.mo.begin() + index);
  for (std::uint32_t i = index; i < x.mo.size(); ++i) events_[x.mo[i]].mo_index = i;
}

Stamp Graph::place_write(Stamp stamp, std::uint32_t after_mo_index, const Event* read) {
  Event& e = events_[stamp];
  insert_mo(locations_[e.location], after_mo_index + 1, stamp);
  link_access(e, stamp);
  finish_write(e, read);
  count(e, 1);
  return stamp;
}

[[gnu::flatten]] Stamp Graph::append_write(ThreadId t, const Operation& op, std::uint32_t after_mo_index) {
  touch(op.location, op.initial);
  const Stamp stamp = size();
  Event& e = new_event(t);
  e.kind = EventKind::write;
  label_from(e, op);
  e.value = op.operand;
  return place_write(stamp, after_mo_index, nullptr);
}

Stamp Graph::append_write_again(const Event& original, std::uint32_t after_mo_index) {
  const Stamp stamp = size();
  Event& e = new_event(original.thread);
  e.kind = EventKind::write;
  label_from(e, original);
  e.memo = original.memo;
  e.memo_of_other = original.memo_of_other;
  e.value = original.value;
  e.rmw = original.rmw;
  return place_write(stamp, after_mo_index, e.rmw ? &events_[stamp - 1] : nullptr);
}

Event Graph::write_preview(ThreadId t, const Operation& op) {
  Event e;
  e.kind = EventKind::write;
  e.thread = static_cast<std::uint16_t>(t);
  e.index = index_of_last(t) + 1;
  e.po_previous = threads_[t].last;
  e.location = op.location;
  e.value = op.operand;
  e.hb = hb(t);
  e.porf = e.index == 1 && threads_[t].spawned_by != no_stamp ? porf_of_first(t) : porf(t);
  return e;
}

Event Graph::write_half(Stamp read) const {
  const Event& r = events_[read];
  Event e = r;
  e.kind = EventKind::write;
  e.order = e.success_order = r.success_order;
  e.value = r.update(r.value, r.operand, r.expected).value;
  e.index = r.index + 1;
  e.update = nullptr;
  e.accepts = nullptr;
  e.source = no_stamp;
  e.rmw = true;
  e.frozen = e.revisited = e.sync_own = false;
  e.newest = e.unsatisfied = false;
  e.po_previous = read;
  e.clock_mark = clocks_.mark();
  return e;
}

Stamp Graph::append_rmw_write(Stamp read) {
  const Event half = write_half(read);
  const Stamp stamp = size();
  const std::uint32_t after = mo_index_of(events_[read].source);
  Event& e = new_event(half.thread);
  e.kind = EventKind::write;
  label_from(e, half);
  e.value = half.value;
  e.rmw = true;
  return place_write(stamp, after, &events_[read]);
}

Stamp Graph::append_commuting(ThreadId t, const Operation& op) {
  touch(op.location, op.initial);
  Location& x = locations_[op.location];
  x.unordered = true;
  const Stamp before = x.mo.back();
  const Stamp read = size();
  Event& r = new_event(t);
  r.kind = EventKind::read;
  label_from(r, op);
  r.commutes = op.commutes;
  r.rmw = true;
  link_access(r, read);
  count(r, 1);
  const Event half = write_half(read);
  const Stamp write = size();
  Event& w = new_event(t);
  w.kind = EventKind::write;
  label_from(w, half);
  w.commutes = op.commutes;
  w.rmw = true;
  place_write(write, static_cast<std::uint32_t>(x.mo.size() - 1), nullptr);
  link_commuting(read, write, before, x);
  return read;
}

// The store `before` stands before the rmw in the array.
void Graph::link_commuting(Stamp read, Stamp write, Stamp before, const Location& x) {
  Event& r = events_[read];
  r.source = before;
  r.value = value_of(x, before);
  events_[write].value = r.update(r.value, r.operand, r.expected).value;
}

Stamp Graph::append_ghost(const Event& e) {
  const Stamp stamp = size();
  events_.push_back(e);
  events_.back().ghost = true;
  return stamp;
}

Stamp Graph::append_fence(ThreadId t, Order order) {
  const Stamp stamp = size();
  Event& e = new_event(t);
  e.kind = EventKind::fence;
  e.order = e.success_order = order;
  if (has_acquire(order)) e.hb = clocks_.join(e.hb, e.pending);
  if (has_release(order)) e.fence = clocks_.with(e.hb, t, e.index);
  count(e, 1);
  return stamp;
}

Stamp Graph::append_choice(ThreadId t, Value alternative, Value alternatives) {
  const Stamp stamp = size();
  Event& e = new_event(t);
  e.kind = EventKind::choice;
  e.value = alternative;
  e.operand = alternatives;
  return stamp;
}

Stamp Graph::append_choice_again(const Event& original, Value alternative) {
  const std::uint32_t memo = original.memo;
  const Stamp stamp = append_choice(original.thread, alternative, original.operand);
  events_[stamp].memo = memo;
  events_[stamp].memo_of_other = true;
  return stamp;
}

Stamp Graph::append_spawn(ThreadId t, ThreadId child, bool symmetric) {
  const Stamp stamp = size();
  if (child >= threads_.size()) threads_.resize(child + 1);
  Event& e = new_event(t);
  e.kind = EventKind::spawn;
  e.value = child;
  e.operand = symmetric && may_follow(e) ? 1 : 0;
  e.hb = clocks_.with(e.hb, t, e.index);
  e.porf = clocks_.with(e.porf, t, e.index);
  add_child(e, stamp);
  return stamp;
}

// Whether a child that spawn event e creates may follow the one created just before it: in the main thread,
// and in its first group of interchangeable threads.
bool Graph::may_follow(const Event& e) const {
  if (e.thread != 0 || e.po_previous == no_stamp) return false;
  const Event& before = events_[e.po_previous];
  if (before.kind != EventKind::spawn) return false;
  if (before.operand != 0) return true;
  for (Stamp s = before.po_previous; s != no_stamp; s = events_[s].po_previous) {
    if (events_[s].kind == EventKind::spawn && events_[s].operand != 0) return false;
  }
  return true;
}

ThreadId Graph::lowest_free_thread() const {
  ThreadId t = 1;
  while (t < threads_.size() && threads_[t].exists) ++t;
  return t;
}

void Graph::cut(Stamp n) {
  while (events_.size() > n) {
    const Event& e = events_.back();
    if (!e.ghost) {
      threads_[e.thread].last = e.po_previous;
      if (e.po_previous == no_stamp) threads_[e.thread].first = no_stamp;
      count(e, -1);
      if (e.is_access()) {
        Location& x = locations_[e.location];
        if (e.kind == EventKind::write) remove_mo(x, e.mo_index);
        for (std::size_t i = x.heads.size(); i-- > 0;) {
          if (x.heads[i].thread != e.thread) continue;
          x.heads[i].stamp = e.same_location_previous;
          if (e.same_location_previous == no_stamp) {
            x.heads[i] = x.heads.back();
            x.heads.pop_back();
          }
          break;
        }
        if (x.heads.empty()) {
          assert(touched_.back() == e.location);
          x.touched = false;
          touched_.pop_back();
        }
      } else if (e.kind == EventKind::spawn) {
        threads_[static_cast<ThreadId>(e.value)] = Thread{};
      }
    }
    clocks_.rewind(e.clock_mark);
    events_.pop_back();
  }
}

}  // namespace heddle::kernel
