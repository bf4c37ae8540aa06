// An execution of a litmus program: its events and the relations between them, as axiomatic models see it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tests/oracle/program.hpp"
#include "tests/oracle/relation.hpp"

namespace heddle::oracle {

enum class EventKind { read, write, fence };

// An rmw is two events, a read and a write, adjacent in program order and related by Execution::rmw.
struct Event {
  std::optional<std::size_t> thread;  // absent: the initial store of a location
  EventKind kind;
  Order order;
  std::size_t location;  // meaningless for a fence
  Value value;           // read or written; meaningless for a fence
  bool locked = false;   // of an rmw or compare-exchange, a failing one too: x86 locks the bus
};

struct Execution {
  explicit Execution(std::vector<Event> with_events);

  std::vector<Event> events;

  Relation po;   // program order, transitive; initial stores precede everything
  Relation rf;   // reads-from: write to read
  Relation mo;   // modification order: write to later write of the same location, transitive
  Relation rmw;  // read to write of one read-modify-write

  EventSet reads;
  EventSet writes;
  EventSet fences;
  EventSet atomics;        // everything but non-atomic accesses (and initial stores, which are non-atomic)
  EventSet acquires;       // of order acq, acq_rel or sc
  EventSet releases;       // of order rel, acq_rel or sc
  EventSet sc;             // of order sc
  EventSet locked;         // of an rmw or compare-exchange
  Relation same_location;  // between accesses, reflexive

  std::size_t size() const { return events.size(); }
  // [set].
  Relation only(EventSet set) const { return Relation::identity(set, size()); }
  // from-read: a read to every write that is mo-after the one it reads.
  Relation fr() const { return sequence(inverse(rf), mo); }
};

}  // namespace heddle::oracle
