// The decisions that lead to a graph, in the order of its events.
#include <algorithm>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::Stamp;
using kernel::ThreadId;

void ExhaustiveExplorer::schedule(Schedule& out) const {
  const Graph& g = search_.graph();
  const Stamp end = position_ < replay_end_ ? position_ : g.size();
  out = {};
  std::uint32_t step = 0;
  // Starting a thread is a step, in its place: before its first operation it may do what others can tell.
  const Start* next = starts_.data();
  const Start* const starts_end = next + starts_.size();
  const auto start_until = [&](const Start* later) {
    for (; next < later; ++next) out.decisions.push_back({step++, next->thread, 0});
  };
  for (Stamp s = 0; s < end; ++s) {
    const Event& e = g[s];
    if (e.ghost) continue;
    start_until(std::find_if(next, starts_end, [&](const Start& start) { return start.events > s; }));
    // Counted with rounds that were taken back since (spin.hpp), it may seem to start later than it did.
    const Start* const own =
        std::find_if(next, starts_end, [&](const Start& start) { return start.thread == e.thread; });
    if (own != starts_end) start_until(own + 1);
    if (e.unsatisfied || (e.kind == EventKind::write && e.rmw)) continue;
    Decision d{step++, e.thread, 0};
    if (e.kind == EventKind::choice) {
      d.alternative = static_cast<std::uint32_t>(e.value);
      out.timeouts_are_choices = out.timeouts_are_choices || e.operand > 1;
    } else if (e.is_access()) {
      const Graph::Location& x = g.location(e.location);
      const std::uint32_t place = e.kind == EventKind::write ? e.mo_index : g.mo_index_of(e.source);
      for (std::uint32_t i = place + 1; i < x.mo.size(); ++i) {
        if (x.mo[i] < s) ++d.alternative;
      }
    }
    out.decisions.push_back(d);
  }
  start_until(starts_end);
}

}  // namespace heddle::explore
