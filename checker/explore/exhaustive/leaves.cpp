// Executions that differ from one that was recalled in its last event alone.
//
// All threads of a recalled execution only join and end. The open items of its last event that place a store
// elsewhere in mo, or let a read (a choice) answer something else after which its thread does nothing but
// join and end either, have graphs that are complete as they are: to run them would add no event and push no
// item. They are counted without being made.
#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/exhaustive/graph_search.hpp"

namespace heddle::explore {

using kernel::Event;
using kernel::EventKind;
using kernel::Graph;
using kernel::initial_stamp;
using kernel::no_stamp;
using kernel::Stamp;
using kernel::Value;
using kernel::Vector;

namespace {

// Whether the read would be all there is to its operation, were it to read this value.
bool is_whole(const Event& read, Value value) {
  return read.accepts == nullptr && read.commutes == kernel::Commutes::no && !read.arrival &&
         (read.update == nullptr || !read.update(value, read.operand, read.expected).writes);
}

}  // namespace

GraphSearch::Leaf GraphSearch::last_leaf() const {
  const Vector<Item>& items = *stack_.back().items;
  if (items.empty() || items.back().read != no_stamp) return {};
  const Item& item = items.back();
  const Graph& g = graph();
  const Event& e = g[item.at];
  const Stamp last = item.at + (e.kind == EventKind::read && e.rmw ? 1 : 0);
  if (last + 1 != g.size() || e.arrival || model_.concerns(g, item.at)) return {};
  if (e.kind == EventKind::write) return {.found = true};
  if (e.kind == EventKind::choice) return {.found = true, .read = item.at, .value = item.alternative};
  const Value value = g.value_of(g.location(e.location), item.alternative);
  return {.found = is_whole(e, value),
          .read = item.at,
          .value = value,
          .initial = item.alternative == initial_stamp};
}

// After an execution whose threads, `left` operations before its end, only joined and ended.
void ExhaustiveExplorer::count_leaves(std::uint64_t left) {
  if (!counts_this()) return;
  const Graph& g = search_.graph();
  while (walk_.has_item() && (options_.max_executions == 0 || counts_.executions < options_.max_executions)) {
    const GraphSearch::Leaf leaf = search_.last_leaf();
    if (!leaf.found) return;
    std::uint64_t operations = g.size() + left;
    if (leaf.read != no_stamp) {
      const Event& e = g[leaf.read];
      const Stamp last = g.thread(e.thread).last;
      if (!memo_.is_valid(g[last].memo)) return;
      const std::uint32_t tail =
          memo_.tail_ahead(memo_.after(memo_[g[last].memo].before, leaf.value, leaf.initial));
      if (tail == 0) return;
      operations += tail;
      operations -= threads_[e.thread].tail + (last - leaf.read);  // of which there were more
    }
    if (may_be_cut(operations)) return;
    walk_.skip();
    counts_.operations += operations;
    ++counts_.complete;
    ++counts_.executions;
    counted(leaf);
  }
}

}  // namespace heddle::explore
