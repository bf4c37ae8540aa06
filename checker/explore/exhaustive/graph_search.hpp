// Optimal stateless exploration: every consistent execution graph exactly once, in memory polynomial in the
// program.
//
// Source: Kokologiannakis, Marmanis, Gladstein, Vafeiadis, "Truly stateless, optimal dynamic partial order
// reduction" (TruSt), POPL 2022. Depth first over graphs: a new read tries every coherent store, a new store
// every place in mo, and a new store also *revisits* older reads it could have been read by, if what that
// deletes was added maximally. Differences from the paper: a revisited read moves behind its new source, so
// that the insertion order stays a linear extension of po ∪ rf and plain memory can be replayed natively; a
// revisiting store is tried at every legal place in mo; awaits are parked instead of enumerated; rmws that
// lose their source are resolved without running the program.
//
// This file is the search over graphs alone. Running the program is ExhaustiveExplorer's part.
#pragma once

#include <memory>
#include <span>

#include "checker/explore/exhaustive/gathering.hpp"
#include "checker/explore/exhaustive/known_rounds.hpp"
#include "checker/explore/exhaustive/unordered.hpp"
#include "checker/explore/reductions.hpp"
#include "checker/kernel/graph.hpp"
#include "checker/models/model.hpp"

namespace heddle::explore {

class GraphSearch {
 public:
  GraphSearch(models::Model& model, Reductions reductions)
      : model_(model),
        reductions_(reductions),
        locks_out_(reductions.waiting_locks),
        unordered_(reductions.unread, reductions.commuting_rmws) {}
  ~GraphSearch();
  GraphSearch(const GraphSearch&) = delete;
  GraphSearch& operator=(const GraphSearch&) = delete;

  // Begins at the empty graph, with room for this many threads.
  void start(kernel::ThreadId threads);

  // The open items of all graphs under way are one stack; position 0 is the shallowest. What a graph's run
  // pushes is a function of the graph alone, so that a position in the stack of a given graph can be found
  // again (walk.hpp).
  std::size_t open_items() const { return stack_.empty() ? 0 : stack_.back().below + top_items(); }
  // Forgets the open items from this position on.
  void drop_items(std::size_t end);
  // Forgets the last open item, which is one of the present graph's.
  void drop_last() { top().items->pop_back(); }
  // The end of the items from `position` on that are alternatives of the same event.
  std::size_t same_event_end(std::size_t position) const;
  // Moves to the graph of the last open item. False: that graph is inconsistent, or resolved without a run.
  bool take_last();

  // The graph being run. Its events at the last start() or take_last() are answers to repeat.
  kernel::Graph& graph() { return *top().graph; }
  const kernel::Graph& graph() const { return *stack_.back().graph; }

  // Adds the thread's next event, reading the mo-latest store or placed mo-last, and pushes the alternatives;
  // not those that read one of the values `rejected`, which are known to lead nowhere.
  kernel::Stamp add_read(kernel::ThreadId t, const kernel::Operation& op,
                         std::span<const kernel::Value> rejected = {});
  // The write of the rmw just read, if add_read has not added it already because it commutes.
  // no_stamp: this execution is moot (the source of the rmw was already taken), its alternatives are pushed.
  kernel::Stamp add_rmw_write(kernel::Stamp read);
  kernel::Stamp add_write(kernel::ThreadId t, const kernel::Operation& op);
  kernel::Stamp add_choice(kernel::ThreadId t, kernel::Value alternatives);
  // All parties of a barrier are at it: adds their arrivals, given in order of threads, as one piece, and an
  // alternative for each other thread whose being the last matters.
  void add_arrivals(std::span<const Arrival> arrivals);
  // From the next start on: whether locks that others overtook wait outside the graph (docs/exploration.md).
  void take_locks_out(bool may) { locks_out_ = reductions_.waiting_locks && may; }
  bool takes_locks_out() const { return locks_out_; }
  // Locations whose stores are not to be ordered.
  UnorderedLocations& unordered() { return unordered_; }
  const UnorderedLocations& unordered() const { return unordered_; }
  // Stale reads that would only make a thread spin are not tried.
  KnownRounds& known_rounds() { return known_rounds_; }
  // Takes back the events from `stamp` on, which this run added last, and their alternatives.
  void undo(kernel::Stamp stamp);
  // Takes everything back that was done since the stack had this depth and its graph ended at `stamp`.
  void roll_back(std::size_t depth, kernel::Stamp stamp);
  // Whether an await may proceed now: the mo-latest value is accepted.
  bool accepts_latest(const kernel::Operation& op) const;
  // Whether the thread's first event has to come after that of a thread it is interchangeable with.
  bool must_wait(kernel::ThreadId t) const;

  // What distinguishes the last open item's graph from the present one, if that is no more than the answer of
  // the newest read (or choice), or the place of the newest store in mo: see leaves.cpp.
  struct Leaf {
    bool found = false;
    kernel::Stamp read = kernel::no_stamp;  // no_stamp: all answers are as in the present graph
    kernel::Value value = 0;                // what it answers
    bool initial = false;                   // and it reads the initial value
  };
  Leaf last_leaf() const;

  // Bytes that the graphs and items under way take. Like the items, a function of the way that leads here.
  std::size_t memory() const { return stack_.back().bytes_below + memory_of(stack_.back()); }
  std::size_t depth() const { return stack_.size(); }
  std::uint64_t inconsistent() const { return inconsistent_; }

 private:
  using Stamp = kernel::Stamp;
  struct Item {
    Stamp at;           // position of the event concerned
    Stamp alternative;  // forward: source or mo-predecessor (a stamp), or a choice's value; backward:
                        // mo-predecessor
    Stamp read;         // backward: the revisited read; no_stamp for forward items
  };
  struct Node {
    kernel::Graph* graph;
    kernel::Vector<Item>* items;
    std::size_t below = 0;  // open items of the nodes below
    std::size_t bytes_below = 0;
  };

  Node& top() { return stack_.back(); }
  std::size_t top_items() const { return stack_.back().items->size(); }
  static std::size_t memory_of(const Node& node) {
    return node.graph->memory() + node.items->size() * sizeof(Item);
  }
  void push(Node node);
  Node take_node();
  void give_back(Node node);
  void revisits(const kernel::Event& w, Stamp conflict);
  Stamp oldest_revisitable(const kernel::Event& w, const kernel::EventIndex* porf) const;
  bool maximal(Stamp id, const kernel::Event& w, const kernel::EventIndex* porf) const;
  bool take_forward(const Item& item);
  void take_arrivals(const Item& item);
  bool take_backward(const Item& item);
  // After an item set a read at the end of the graph: adds the write half of a rmw. False: moot.
  bool complete_rmw();

  models::Model& model_;
  Reductions reductions_;
  bool locks_out_;
  UnorderedLocations unordered_;
  KnownRounds known_rounds_;
  kernel::Vector<Node> stack_;
  kernel::Vector<Node> spare_;
  kernel::Vector<Stamp> kept_;           // mo of one location restricted to a kept graph
  kernel::Vector<kernel::Event> block_;  // arrivals to be put in another order
  std::uint64_t inconsistent_ = 0;
};

}  // namespace heddle::explore
