#include "tests/oracle/execution.hpp"

#include <utility>

namespace heddle::oracle {

Execution::Execution(std::vector<Event> with_events)
    : events(std::move(with_events)),
      po(events.size()),
      rf(events.size()),
      mo(events.size()),
      rmw(events.size()),
      same_location(events.size()) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::read) reads.insert(i);
    if (event.kind == EventKind::write) writes.insert(i);
    if (event.kind == EventKind::fence) fences.insert(i);
    const Order order = event.order;
    if (order != Order::na) atomics.insert(i);
    if (order == Order::acq || order == Order::acq_rel || order == Order::sc) acquires.insert(i);
    if (order == Order::rel || order == Order::acq_rel || order == Order::sc) releases.insert(i);
    if (order == Order::sc) sc.insert(i);
    if (event.locked) locked.insert(i);
    for (std::size_t j = 0; j < events.size(); ++j) {
      const bool both_access = event.kind != EventKind::fence && events[j].kind != EventKind::fence;
      if (both_access && event.location == events[j].location) same_location.add(i, j);
    }
  }
}

}  // namespace heddle::oracle
