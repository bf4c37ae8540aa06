// The execution graph: events in an insertion order that is always a linear extension of po ∪ rf, with po, rf
// and mo.
//
// Only the end of the array changes (append, cut), so cutting back is undoing. Coherence, atomicity and the
// absence of thin-air values are structural; what is left to a memory model is whether the graph as a whole
// is consistent.
#pragma once

#include <span>

#include "checker/kernel/clock.hpp"
#include "checker/kernel/event.hpp"
#include "checker/kernel/memory.hpp"

namespace heddle::kernel {

class Graph {
 public:
  struct Head {
    ThreadId thread;
    Stamp stamp;  // the thread's last access to the location
  };
  struct Location {
    Vector<Stamp> mo;  // mo[0] is initial_stamp
    Vector<Head> heads;
    Value initial = 0;
    std::uint32_t floor =
        0;  // mo index below which history was forgotten (compact); nobody may read below it
    bool touched = false;
    bool unordered = false;  // its mo is the order of the array, and means nothing (exhaustive/unordered.hpp)
  };
  struct Thread {
    Stamp last = no_stamp;  // its newest event
    Stamp spawned_by = no_stamp;
    bool exists = false;
    ThreadId leader = no_thread;  // an interchangeable thread whose first event comes before this one's
    Stamp first = no_stamp;       // its first event
  };

  // Empty graph with the main thread; clocks have room for `threads` threads.
  void reset(ThreadId threads);

  std::span<const Event> events() const { return {events_.data(), events_.size()}; }
  const Event& operator[](Stamp s) const { return events_[s]; }
  Event& at(Stamp s) { return events_[s]; }
  Stamp size() const { return static_cast<Stamp>(events_.size()); }
  const ClockArena& clocks() const { return clocks_; }
  ThreadId thread_capacity() const { return clocks_.stride(); }

  bool knows(LocationId id) const { return id < locations_.size() && locations_[id].touched; }
  const Location& location(LocationId id) const { return locations_[id]; }
  std::span<const LocationId> touched() const { return {touched_.data(), touched_.size()}; }
  const Thread& thread(ThreadId t) const { return threads_[t]; }
  ThreadId threads_end() const { return static_cast<ThreadId>(threads_.size()); }
  EventIndex index_of_last(ThreadId t) const {
    return threads_[t].last == no_stamp ? 0 : events_[threads_[t].last].index;
  }

  // The first event of the thread that t's first event must come after, no_stamp if it is not there yet.
  // Meaningful if t has a leader.
  Stamp first_of_leader(ThreadId t) const { return threads_[threads_[t].leader].first; }
  bool has_leader(ThreadId t) const { return threads_[t].leader != no_thread; }

  // State of the thread before its next event.
  ClockRef hb(ThreadId t) const {
    const Event* e = base(t);
    return e != nullptr ? e->hb : zero_clock;
  }
  ClockRef porf(ThreadId t) const {
    const Event* e = base(t);
    return e != nullptr ? e->porf : zero_clock;
  }

  // Makes the location known; `initial` is its value before any store.
  void touch(LocationId id, Value initial) {
    if (!knows(id)) touch_first(id, initial);
  }

  // The order of the stores to a location known already means nothing.
  void leave_unordered(LocationId id) { locations_[id].unordered = true; }

  // The smallest mo index that thread t, knowing `clock`, may still read or write after (coherence).
  std::uint32_t low(const Location& x, ThreadId t, const EventIndex* clock) const;
  std::uint32_t low(const Location& x, ThreadId t) const { return low(x, t, clocks_[hb(t)]); }
  // The same for an event somewhere in its thread: what its po-predecessors and `clock` know.
  std::uint32_t low_before(const Location& x, const Event& e, const EventIndex* clock) const;

  Value value_of(const Location& x, Stamp store) const {
    return store == initial_stamp ? x.initial : events_[store].value;
  }
  Value latest_value(LocationId id, Value initial) const {
    if (id >= locations_.size() || !locations_[id].touched) return initial;
    const Location& x = locations_[id];
    return value_of(x, x.mo.back());
  }
  std::uint32_t mo_index_of(Stamp store) const {
    return store == initial_stamp ? 0 : events_[store].mo_index;
  }
  // The write of a rmw that reads the store at this mo index, or no_stamp.
  Stamp rmw_after(const Location& x, std::uint32_t mo_index) const {
    if (mo_index + 1 >= x.mo.size()) return no_stamp;
    const Stamp next = x.mo[mo_index + 1];
    return events_[next].rmw ? next : no_stamp;
  }

  // Whether the read sees the value of the latest store: it reads it, or only rmws that wrote back what they
  // had read follow.
  bool reads_latest(const Event& read) const {
    const Location& x = locations_[read.location];
    for (std::size_t i = mo_index_of(read.source) + 1; i < x.mo.size(); ++i) {
      const Event& later = events_[x.mo[i]];
      if (!later.rmw || later.value != read.value) return false;
    }
    return true;
  }
  // A successful rmw, given by its read, that wrote back what it had read.
  bool writes_back(Stamp read) const {
    return events_[read].kind == EventKind::read && events_[read].rmw &&
           events_[read + 1].value == events_[read].value;
  }

  // Appends an event of thread t labelled from `op`; its po place and clocks are filled in.
  Stamp append_read(ThreadId t, const Operation& op, Stamp source);
  Stamp append_write(ThreadId t, const Operation& op, std::uint32_t after_mo_index);
  // The write half of the rmw whose read is the thread's last event.
  Stamp append_rmw_write(Stamp read);
  // Read and write of a rmw whose order among others means nothing (Event::commutes). Returns the read.
  Stamp append_commuting(ThreadId t, const Operation& op);
  Stamp append_fence(ThreadId t, Order order);
  Stamp append_choice(ThreadId t, Value alternative, Value alternatives);
  // `symmetric`: the child is interchangeable with the thread that t's event before created. From then on
  // porf has an edge from that thread's first event to the child's (exhaustive/symmetry.hpp).
  Stamp append_spawn(ThreadId t, ThreadId child, bool symmetric = false);

  // Puts a copy of an event (from this or a graph with the same clocks) at the end, as its own thread's next
  // event: a read with a (possibly) new source, a write behind a (possibly) new mo-predecessor, a choice with
  // a new value.
  Stamp append_read_again(const Event& e, Stamp source);
  Stamp append_write_again(const Event& e, std::uint32_t after_mo_index);
  Stamp append_choice_again(const Event& e, Value alternative);
  // A store as it would be appended, for questions about it; `append_ghost` keeps one in the array, unlinked.
  Event write_preview(ThreadId t, const Operation& op);
  Event write_half(Stamp read) const;
  Stamp append_ghost(const Event& e);

  // Removes the events from stamp n on.
  void cut(Stamp n);

  // True if event e is in the (po ∪ rf)-past of an event of thread t whose porf clock is `porf`.
  static bool in_past(const Event& e, ThreadId t, const EventIndex* porf) {
    return e.thread == t || e.index <= porf[e.thread];
  }

  // Copies the events of `from` before stamp `all`, and those from there to `end` for which keep(stamp) holds
  // (a porf-closed set), renumbered densely in order; mo is restricted. Afterwards mapped(stamp of from) is
  // the new stamp.
  template <class Keep>
  void copy_from(const Graph& from, Stamp all, Stamp end, Keep&& keep);
  Stamp mapped(Stamp old) const { return old == initial_stamp ? old : map_[old]; }

  // Forgets old history of a long random execution: keeps the newest `keep` events. Coherence knowledge of
  // the rest becomes a floor under every location, which only removes behaviours. `scratch` lends its memory.
  void compact(Stamp keep, Graph& scratch);
  bool compacted() const { return compacted_; }
  std::uint64_t clock_memory() const {
    return std::uint64_t{clocks_.mark()} * clocks_.stride() * sizeof(EventIndex);
  }
  // Bytes, about, with what growing arrays leave behind.
  std::uint64_t memory() const {
    return (events_.size() * (sizeof(Event) + 2 * sizeof(Stamp)) + clock_memory()) * 3 / 2;
  }

  ThreadId lowest_free_thread() const;

  // ---- happens-before between events, by their full clocks ----
  bool happens_before(const Event& a, const Event& b) const {
    return a.thread == b.thread ? a.index < b.index : a.index <= clocks_[b.hb][a.thread];
  }
  std::uint32_t seq_cst_count() const { return seq_cst_count_; }
  std::uint32_t seq_cst_fences() const { return seq_cst_fences_; }

 private:
  const Event* base(ThreadId t) const {
    const Thread& x = threads_[t];
    const Stamp s = x.last != no_stamp ? x.last : x.spawned_by;
    return s == no_stamp ? nullptr : &events_[s];
  }
  void touch_first(LocationId id, Value initial);
  Event& new_event(ThreadId t);
  ClockRef porf_of_first(ThreadId t);
  void add_child(const Event& spawn, Stamp stamp);
  bool may_follow(const Event& spawn) const;
  void label_read(Event& e, const Location& x);
  void finish_read(Event& e);
  void finish_write(Event& e, const Event* read);
  void link_access(Event& e, Stamp stamp);
  void count(const Event& e, int by);
  void insert_mo(Location& x, std::uint32_t index, Stamp stamp);
  void remove_mo(Location& x, std::uint32_t index);
  void link_commuting(Stamp read, Stamp write, Stamp before, const Location& x);
  Stamp place_write(Stamp stamp, std::uint32_t after_mo_index, const Event* read);

  Vector<Event> events_;
  Vector<Thread> threads_;
  Vector<Location> locations_;
  Vector<LocationId> touched_;
  ClockArena clocks_;
  Vector<Stamp> map_;
  Vector<ClockRef> clock_map_;
  std::uint32_t seq_cst_count_ = 0;
  std::uint32_t seq_cst_fences_ = 0;
  bool compacted_ = false;

  ClockRef map_clock(const Graph& from, ClockRef c);
  void copy_event(const Graph& from, Stamp s);
  void copy_mo(const Graph& from);
  void begin_copy(const Graph& from, Stamp all, Stamp end);
};

template <class Keep>
void Graph::copy_from(const Graph& from, Stamp all, Stamp end, Keep&& keep) {
  begin_copy(from, all, end);
  for (Stamp s = all; s < end; ++s) {
    if (keep(s)) copy_event(from, s);
  }
  copy_mo(from);
}

}  // namespace heddle::kernel
