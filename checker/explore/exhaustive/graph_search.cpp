#include "checker/explore/exhaustive/graph_search.hpp"

#include <algorithm>
#include <new>

#include "checker/explore/exhaustive/symmetry.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventIndex;
using kernel::EventKind;
using kernel::Graph;
using kernel::initial_stamp;
using kernel::no_stamp;
using kernel::Operation;
using kernel::Stamp;
using kernel::ThreadId;
using kernel::Value;
using kernel::Vector;

namespace {
template <class T>
T* make() {
  return new (kernel::engine_allocate(sizeof(T))) T();
}
template <class T>
void destroy(T* object) {
  object->~T();
  kernel::engine_release(object, sizeof(T));
}
}  // namespace

GraphSearch::~GraphSearch() {
  for (auto* nodes : {&stack_, &spare_}) {
    for (Node& node : *nodes) {
      destroy(node.graph);
      destroy(node.items);
    }
  }
}

GraphSearch::Node GraphSearch::take_node() {
  if (spare_.empty()) return {make<Graph>(), make<Vector<Item>>(), 0};
  const Node node = spare_.back();
  spare_.pop_back();
  node.items->clear();
  return node;
}

void GraphSearch::give_back(Node node) { spare_.push_back(node); }

void GraphSearch::push(Node node) {
  node.below = open_items();
  node.bytes_below = stack_.empty() ? 0 : memory();
  stack_.push_back(node);
}

void GraphSearch::start(ThreadId threads) {
  while (!stack_.empty()) {
    give_back(stack_.back());
    stack_.pop_back();
  }
  push(take_node());
  top().graph->reset(threads);
}

void GraphSearch::drop_items(std::size_t end) {
  while (!stack_.empty() && top().below >= end && top().below > 0) {
    give_back(top());
    stack_.pop_back();
  }
  if (open_items() > end) top().items->resize(end - top().below);
}

std::size_t GraphSearch::same_event_end(std::size_t position) const {
  std::size_t n = stack_.size() - 1;
  while (stack_[n].below > position) --n;
  const Node& node = stack_[n];
  std::size_t i = position - node.below;
  const Stamp at = (*node.items)[i].at;
  while (i < node.items->size() && (*node.items)[i].at == at) ++i;
  return node.below + i;
}

bool GraphSearch::take_last() {
  while (top().items->empty()) {
    give_back(top());
    stack_.pop_back();
  }
  const Item item = top().items->back();
  top().items->pop_back();
  return item.read == no_stamp ? take_forward(item) : take_backward(item);
}

bool GraphSearch::take_forward(const Item& item) {
  Graph& g = graph();
  const Event e = g[item.at];
  if (e.arrival) {
    take_arrivals(item);
    return true;
  }
  if (e.spin_state != 0) {
    const Value stale = g.value_of(g.location(e.location), item.alternative);
    if (known_rounds_.has(e.spin_state, stale)) return false;
  }
  g.cut(item.at);
  switch (e.kind) {
    case EventKind::choice:
      g.append_choice_again(e, item.alternative);
      return true;
    case EventKind::read:
      g.append_read_again(e, item.alternative);
      break;
    default:
      g.append_write_again(e, g.mo_index_of(item.alternative));
      break;
  }
  if (model_.concerns(g, item.at) && !model_.consistent(g)) {
    ++inconsistent_;
    return false;
  }
  return complete_rmw();
}

bool GraphSearch::take_backward(const Item& item) {
  Graph& g = graph();
  const Event w = g[item.at];
  const EventIndex* porf = g.clocks()[w.porf];
  const Node copy = take_node();
  Graph& made = *copy.graph;
  made.copy_from(g, item.read, item.at,
                 [&](Stamp s) { return s != item.read && Graph::in_past(g[s], w.thread, porf); });
  const Event r = g[item.read];
  for (Stamp s = 0; s < made.size(); ++s) {
    Event& e = made.at(s);
    if (!e.frozen && Graph::in_past(e, w.thread, porf)) e.frozen = true;
  }
  made.touch(w.location, g.location(w.location).initial);
  const Stamp placed = made.append_write_again(w, made.mo_index_of(made.mapped(item.alternative)));
  made.at(placed).frozen = true;
  // A lock that another has overtaken is not in the graph: its thread waits until the mutex is free.
  if (!locks_out_ || !r.owned || !r.rejects(w.value)) {
    const Stamp read = made.append_read_again(r, placed);
    made.at(read).revisited = true;
  }
  if (model_.concerns(made, placed) && !model_.consistent(made)) {
    ++inconsistent_;
    give_back(copy);
    return false;
  }
  push(copy);
  return complete_rmw();
}

bool GraphSearch::complete_rmw() {
  Graph& g = graph();
  const Stamp last = g.size() - 1;
  if (g[last].kind != EventKind::read || !g[last].rmw) return true;
  return add_rmw_write(last) != no_stamp;
}

bool GraphSearch::accepts_latest(const Operation& op) const {
  return op.accepts(graph().latest_value(op.location, op.initial), op.accepts_argument);
}

bool GraphSearch::must_wait(ThreadId t) const { return symmetry::must_wait(graph(), t); }

Stamp GraphSearch::add_read(ThreadId t, const Operation& op, std::span<const kernel::Value> rejected) {
  Graph& g = graph();
  if (unordered_.commutes(op)) return g.append_commuting(t, op);
  g.touch(op.location, op.initial);
  const Graph::Location& x = g.location(op.location);
  const auto last = static_cast<std::uint32_t>(x.mo.size() - 1);
  const std::uint32_t low = g.low(x, t);
  const Stamp source = x.mo[last];
  const Stamp at = g.size();
  if (low < last) {
    const bool ordered = symmetry::orders_next(g, t, EventKind::read, op.location);
    const EventIndex* porf = g.clocks()[g.porf(t)];
    for (std::uint32_t i = low; i < last; ++i) {
      const kernel::Value v = g.value_of(x, x.mo[i]);
      if (op.accepts != nullptr && !op.accepts(v, op.accepts_argument)) continue;
      if (std::ranges::find(rejected, v) != rejected.end()) continue;
      if (ordered && !symmetry::may_read(g, t, x.mo[i])) continue;
      if (op.update != nullptr && op.update(v, op.operand, op.expected).writes) {
        // A rmw that nothing can take the source from: it would never be consistent.
        const Stamp taken = g.rmw_after(x, i);
        if (taken != no_stamp && (g[taken - 1].frozen || Graph::in_past(g[taken - 1], t, porf))) continue;
      }
      top().items->push_back({at, x.mo[i], no_stamp});
    }
  }
  return g.append_read(t, op, source);
}

Stamp GraphSearch::add_rmw_write(Stamp read) {
  Graph& g = graph();
  if (g[read].commutes != kernel::Commutes::no) return read + 1;
  const Event w = g.write_half(read);
  const Graph::Location& x = g.location(w.location);
  const std::uint32_t source = g.mo_index_of(g[read].source);
  const Stamp other = g.rmw_after(x, source);
  revisits(w, other == no_stamp ? no_stamp : other - 1);
  if (other != no_stamp) {
    g.append_ghost(w);
    return no_stamp;
  }
  return g.append_rmw_write(read);
}

Stamp GraphSearch::add_write(ThreadId t, const Operation& op) {
  Graph& g = graph();
  g.touch(op.location, op.initial);
  const Graph::Location& x = g.location(op.location);
  const auto last = static_cast<std::uint32_t>(x.mo.size() - 1);
  const Stamp at = g.size();
  if (unordered_.is_unread(op.location)) {
    g.leave_unordered(op.location);
    return g.append_write(t, op, last);
  }
  const Event w = g.write_preview(t, op);
  std::uint32_t low = g.low(x, t);
  if (symmetry::orders_next(g, t, EventKind::write, op.location))
    low = std::max(low, symmetry::least_place(g, t));
  for (std::uint32_t i = low; i < last; ++i) {
    if (g.rmw_after(x, i) == no_stamp) top().items->push_back({at, x.mo[i], no_stamp});
  }
  revisits(w, no_stamp);
  return g.append_write(t, op, last);
}

void GraphSearch::undo(Stamp stamp) {
  graph().cut(stamp);
  Vector<Item>& items = *top().items;
  while (!items.empty() && items.back().at >= stamp) items.pop_back();
}

void GraphSearch::roll_back(std::size_t depth, Stamp stamp) {
  for (; stack_.size() > depth; stack_.pop_back()) give_back(top());
  undo(stamp);
}

Stamp GraphSearch::add_choice(ThreadId t, kernel::Value alternatives) {
  Graph& g = graph();
  for (kernel::Value v = alternatives; v-- > 1;) {
    top().items->push_back({g.size(), static_cast<Stamp>(v), no_stamp});
  }
  return g.append_choice(t, 0, alternatives);
}

void GraphSearch::add_arrivals(std::span<const Arrival> arrivals) {
  Graph& g = graph();
  const Arrival* last = nullptr;
  for (const Arrival& a : arrivals) {
    if (!symmetry::may_be_last(g, a, arrivals)) continue;
    if (last == nullptr || !a.operation->last_matters || last->operation->last_matters) last = &a;
  }
  for (const Arrival& a : arrivals) {
    if (&a == last || !a.operation->last_matters || !symmetry::may_be_last(g, a, arrivals)) continue;
    top().items->push_back({g.size(), a.thread, no_stamp});
  }
  const auto add = [&](const Arrival& a) {
    const Operation& op = *a.operation;
    g.touch(op.location, op.initial);
    const Stamp read = g.append_read(a.thread, op, g.location(op.location).mo.back());
    g.at(read).arrival = true;
    g.append_rmw_write(read);
  };
  for (const Arrival& a : arrivals) {
    if (&a != last) add(a);
  }
  add(*last);
}

// Puts the arrivals of a phase in the order in which the item's thread is the last.
void GraphSearch::take_arrivals(const Item& item) {
  Graph& g = graph();
  const kernel::LocationId barrier = g[item.at].location;
  block_.clear();
  for (Stamp s = item.at; s < g.size() && g[s].arrival && g[s].location == barrier; s += 2)
    block_.push_back(g[s]);
  const Value initial = g.location(barrier).initial;
  g.cut(item.at);
  g.touch(barrier, initial);
  const auto add = [&](const Event& read) {
    const Stamp again = g.append_read_again(read, g.location(barrier).mo.back());
    const Stamp write = g.append_rmw_write(again);
    g.at(again).reordered = g.at(write).reordered = true;
  };
  for (const Event& read : block_) {
    if (read.thread != item.alternative) add(read);
  }
  for (const Event& read : block_) {
    if (read.thread == item.alternative) add(read);
  }
}

// Whether event `id` was added maximally, seen from the revisiting store w with this porf clock: then, and
// only then, the graph without it is the one from which the revisit is made exactly once.
bool GraphSearch::maximal(Stamp id, const Event& w, const EventIndex* porf) const {
  const Graph& g = graph();
  const Event& e = g[id];
  if (e.kind == EventKind::choice) return e.value == 0;
  if (!e.is_access()) return true;
  if (e.reordered) return false;
  const auto previous = [&](Stamp s) { return s <= id || Graph::in_past(g[s], w.thread, porf); };
  const Stamp store = e.kind == EventKind::write ? id : e.source;
  const Graph::Location& x = g.location(e.location);
  if (x.unordered) return true;
  for (std::size_t i = g.mo_index_of(store) + 1; i < x.mo.size(); ++i) {
    if (previous(x.mo[i])) return false;
  }
  if (e.kind == EventKind::read && e.revisited) return Graph::in_past(g[e.source], w.thread, porf);
  return true;
}

// The oldest read that store w, not in the graph yet, could revisit: of its location, not in its porf-past.
// no_stamp: there is none.
Stamp GraphSearch::oldest_revisitable(const Event& w, const EventIndex* porf) const {
  const Graph& g = graph();
  Stamp oldest = no_stamp;
  for (const Graph::Head& head : g.location(w.location).heads) {
    if (head.thread == w.thread) continue;
    for (Stamp s = head.stamp; s != no_stamp && g[s].index > porf[head.thread];
         s = g[s].same_location_previous) {
      if (g[s].kind == EventKind::read && s < oldest) oldest = s;
    }
  }
  return oldest;
}

// Pushes the backward revisits of store w, which is not in the graph yet. `conflict`: the read of another rmw
// that took w's source.
void GraphSearch::revisits(const Event& w, Stamp conflict) {
  const Graph& g = graph();
  const EventIndex* porf = g.clocks()[w.porf];
  const EventIndex* hb = g.clocks()[w.hb];
  const Stamp at = g.size();
  const Graph::Location& x = g.location(w.location);
  const Stamp oldest = oldest_revisitable(w, porf);
  if (oldest == no_stamp) return;
  for (Stamp id = at; id-- > oldest;) {
    const Event& e = g[id];
    if (Graph::in_past(e, w.thread, porf)) continue;
    if (e.frozen || !maximal(id, w, porf)) return;
    if (e.kind != EventKind::read || e.location != w.location) continue;
    if (conflict != no_stamp && id > conflict) continue;
    const bool ordered = symmetry::orders(g, e);
    if (ordered && !symmetry::keeps_leader(g, id, w)) continue;
    kept_.clear();
    for (Stamp s : x.mo) {
      if (s == initial_stamp || s <= id || Graph::in_past(g[s], w.thread, porf)) kept_.push_back(s);
    }
    // Coherence in the kept graph, as places in kept_.
    const auto place_in_kept = [&](std::uint32_t mo_index) {
      std::size_t i = kept_.size() - 1;
      while (g.mo_index_of(kept_[i]) > mo_index) --i;
      return i;
    };
    const EventIndex* read_before =
        g.clocks()[e.po_previous != no_stamp
                       ? g[e.po_previous].hb
                       : (g.thread(e.thread).spawned_by != no_stamp ? g[g.thread(e.thread).spawned_by].hb
                                                                    : kernel::zero_clock)];
    // Reading what it rejects where that is not the latest, it would wait for ever for what has happened.
    const bool only_latest = e.rejects(w.value);
    const std::size_t low_read = place_in_kept(g.low_before(x, e, read_before));
    if (w.rmw) {
      const Stamp source = g[w.po_previous].source;
      const std::size_t i = place_in_kept(g.mo_index_of(source));
      if (ordered && !symmetry::may_read_new(g, e.thread, w, g.mo_index_of(source))) continue;
      if (only_latest && i + 1 < kept_.size()) continue;
      if (i >= low_read) top().items->push_back({at, source, id});
      continue;
    }
    std::size_t low_write = place_in_kept(g.low_before(x, w, hb));
    if (symmetry::orders(g, w) && symmetry::orders_next(g, w.thread, EventKind::write, w.location)) {
      low_write = std::max(low_write, place_in_kept(symmetry::least_place(g, w.thread)));
    }
    for (std::size_t p = std::max(low_read, low_write); p < kept_.size(); ++p) {
      if (p + 1 < kept_.size() && g[kept_[p + 1]].rmw) continue;
      if (only_latest && p + 1 < kept_.size()) continue;
      if (ordered && !symmetry::may_read_new(g, e.thread, w, g.mo_index_of(kept_[p]))) continue;
      top().items->push_back({at, kept_[p], id});
    }
  }
}

}  // namespace heddle::explore
