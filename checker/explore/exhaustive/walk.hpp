// In which order the graphs of a search are visited: depth first, over the whole search or over given parts
// of it, and what is left at any moment, as parts that another process can take up.
//
// The open items form one stack. A level of the way from the empty graph to the present one begins where the
// items of its graph begin; the item that was taken from it stood where the next level begins. The whole
// state of the search is therefore the way, the number of open items, and the number of those at the bottom
// that belong to others.
//
// A walk of a share of the search first *divides* it, as every other shard does: breadth first, until there
// are many open items, which are then dealt in turn like the executions met on the way. Items only mean
// something where the same loops are known to spin, so the division is preceded by a few executions that find
// most of them.
#pragma once

#include "checker/explore/exhaustive/graph_search.hpp"
#include "checker/explore/exhaustive/part.hpp"

namespace heddle::explore {

class Walk {
 public:
  explicit Walk(GraphSearch& search) : search_(search) {}

  // From the next start on: every `count`th of the parts that the search is divided into, `index` from 0.
  void share(std::uint32_t index, std::uint32_t count) {
    index_ = index;
    count_ = count;
  }
  // The search is not divided yet: what is left is the whole share.
  bool dividing() const { return stage_ != Stage::divided; }
  // Equal for shares of the same division.
  std::uint64_t division() const { return division_; }

  // Begins the whole search, with room for this many threads.
  void start(kernel::ThreadId threads);
  // Begins at nothing; `add` says what there is to do.
  void start_empty(kernel::ThreadId threads);
  void add(const Part& part) { parts_.push_back(part); }

  // Moves to the next graph to run. False: nothing is left.
  bool next();
  // The same up to where the items of the (next) part are open. True: run the present graph first.
  bool find();
  // Forgets the items above this one and moves to its graph, as GraphSearch::take_last.
  bool take(std::size_t position);
  // Whether the last open item is this walk's.
  bool has_item() const { return !dividing() && end() > floor_; }
  // Forgets the last open item: its graph needs no run. After the run of the present graph.
  void skip() {
    close_level();
    search_.drop_last();
  }
  // The run of the present graph was given up: it belongs to the rest. Nothing but rest() may follow.
  void abandon() { abandoned_ = true; }
  // The graph was counted before: it is run to find the way to a part.
  bool only_leads() const { return state_ == State::leading || elsewhere_; }
  // The program did not push what it pushed before: the part cannot be found.
  bool lost() const { return lost_; }

  // Other parts wait for the present one to be done.
  bool has_more_parts() const { return !parts_.empty(); }
  // Between two runs. What is left, in no particular order.
  void rest(kernel::Vector<Part>& out) const;
  // Gives the shallowest open item away. False: there are fewer than two.
  bool give(Part& out);
  // Gives all open items away, each as a part of its own, the shallowest first.
  void give_all(kernel::Vector<Part>& out);

  // Where the items of the present graph begin.
  std::size_t level_begin() const { return levels_.back().begin; }
  // The open items that are this walk's: from floor() to end().
  std::size_t floor() const { return floor_; }
  std::size_t end() const {
    return state_ == State::searching || state_ == State::whole ? search_.open_items() : floor_;
  }
  std::size_t same_event_end(std::size_t position) const { return search_.same_event_end(position); }
  // One of them as a part. Between two runs.
  Part item(std::size_t position) const;

 private:
  enum class State : std::uint8_t { idle, whole, leading, searching };
  static constexpr std::uint32_t unknown = ~std::uint32_t{0};
  struct Level {
    std::uint32_t begin;
    std::uint32_t pushed;  // unknown until its run has ended
  };

  enum class Stage : std::uint8_t { warming_up, dividing, divided };
  void begin(const Part& part);
  bool advance();
  bool divide();
  bool deal();
  void keep_share();
  void enter(std::size_t position);
  void close_level();
  Part way_to(std::size_t last) const;  // up to this level, without items
  std::uint32_t pushed_by(const Level& level) const;
  bool lead(bool& runs);

  GraphSearch& search_;
  kernel::ThreadId threads_ = 8;
  kernel::Vector<Level> levels_;
  kernel::Vector<Part> parts_;
  Part part_;             // the one being looked for, or worked on
  std::size_t step_ = 0;  // of its way
  std::size_t floor_ = 0;
  State state_ = State::idle;
  bool lost_ = false;
  bool abandoned_ = false;
  std::uint32_t index_ = 0;
  std::uint32_t count_ = 1;
  Stage stage_ = Stage::divided;
  std::uint32_t met_ = 0;   // executions before the search is divided
  bool elsewhere_ = false;  // the graph to be run is counted by another shard
  bool taken_ = false;      // dividing: the part's item was taken
  std::uint64_t division_ = 0;
};

}  // namespace heddle::explore
