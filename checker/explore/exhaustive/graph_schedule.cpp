// The decisions that lead to a graph, in the order of its events.
#include "checker/explore/exhaustive/exhaustive_explorer.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::no_stamp;
using kernel::Stamp;
using kernel::ThreadId;

void ExhaustiveExplorer::schedule(Schedule& out) const {
  const Graph& g = search_.graph();
  const Stamp end = position_ < replay_end_ ? position_ : g.size();
  out = {};
  std::uint32_t step = 0;
  for (Stamp s = 0; s < end; ++s) {
    const Event& e = g[s];
    if (e.ghost) continue;
    if (e.index == 1 && e.thread != 0)
      out.decisions.push_back({step++, e.thread, 0});  // starting it is a step
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
  for (ThreadId t = 1; t < threads_.size(); ++t) {
    const bool started = threads_[t].state == State::running || threads_[t].state == State::waiting ||
                         threads_[t].state == State::blocked;
    if (started && threads_[t].last == no_stamp) out.decisions.push_back({step++, t, 0});
  }
}

}  // namespace heddle::explore
