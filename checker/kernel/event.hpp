// One event of an execution graph: its label (what the program asked), its place in the graph, its clocks.
#pragma once

#include <cstdint>

#include "checker/kernel/clock.hpp"
#include "checker/kernel/operation.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::kernel {

// A rmw is two adjacent events of one thread: a read with `rmw` set, then the write with `rmw` set. A rmw
// whose update declines (failing compare-exchange) is a plain read with the failure order.
enum class EventKind : std::uint8_t { read, write, fence, choice, spawn };

struct Event {
  EventKind kind = EventKind::fence;
  Order order = Order::relaxed;
  Order success_order = Order::relaxed;  // reads made by a rmw: re-labelling picks one of the two
  Order failure_order = Order::relaxed;
  bool rmw : 1 = false;
  bool frozen : 1 = false;     // in the past of a revisiting store: never revisited again
  bool revisited : 1 = false;  // a read whose source was chosen by a backward revisit
  bool sync_own : 1 = false;   // `sync` stands for itself plus this event
  bool ghost : 1 = false;      // stands in the array only for pending work: not in po, mo or any chain
  bool owned : 1 = false;      // on a location with owner discipline (mutex): see docs/exploration.md
  bool looped : 1 = false;     // after it the thread came back to a state it had been in: it spins
  bool daemon : 1 = false;
  bool newest : 1 = false;         // write: no store before it in the array is mo-after it
  bool unsatisfied : 1 = false;    // an await that read a value it does not accept: its thread waits for ever
  bool arrival : 1 = false;        // read and write of an arrival at a barrier, added with its phase
  bool reordered : 1 = false;      // of such a phase: the last to arrive is another than usual
  bool memo_of_other : 1 = false;  // `memo` is what another answer to the same operation would have made it
  // Read and write of a rmw whose place among others of the sort means nothing (exhaustive/commuting.hpp):
  // what it reads is what the array has before it, and is no part of rf.
  Commutes commutes : 3 = Commutes::no;
  std::uint8_t size = 0;
  std::uint16_t thread = 0;
  EventIndex index = 0;  // in its thread, from 1
  LocationId location = 0;
  Stamp source = no_stamp;     // read: the write it reads, or initial_stamp
  std::uint32_t mo_index = 0;  // write: its place in mo (the initial value has 0)
  std::uint32_t memo = 0;      // the thread's history after it (explore/exhaustive/memo.hpp)
  Value value = 0;             // read or written; choice: the alternative; spawn: the child

  Value operand = 0;  // rmw, choice; spawn: 1 if the child follows the thread created just before
  Value expected = 0;
  Update update = nullptr;
  Accepts accepts = nullptr;
  Value accepts_argument = 0;

  EventIndex loop_begin = 0;  // looped: the loop consists of the thread's events after this index
  Stamp po_previous = no_stamp;
  Stamp same_location_previous = no_stamp;  // this thread's previous access to the location

  // State of the thread after the event. The clocks of an event itself are those after its po-predecessor, so
  // that re-targeting a read never changes its own label.
  ClockRef hb = zero_clock;       // happens-before
  ClockRef pending = zero_clock;  // synchronisation read so far, waiting for an acquire fence
  ClockRef fence = zero_clock;    // what the last release fence publishes
  ClockRef porf = zero_clock;     // (po ∪ rf)+
  ClockRef sync = zero_clock;     // write: what an acquiring reader learns
  std::uint32_t clock_mark = 0;   // arena mark before the event

  // read in a spin loop: its thread's state before it (explore/exhaustive/known_rounds.hpp)
  std::uint32_t spin_state = 0;

  bool is_access() const { return kind == EventKind::read || kind == EventKind::write; }
  bool rejects(Value v) const { return accepts != nullptr && !accepts(v, accepts_argument); }
  // After it its thread waits for ever, in an await or in a spin loop.
  bool is_blocked() const { return looped || unsatisfied; }
};

}  // namespace heddle::kernel
