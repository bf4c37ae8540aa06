#include "checker/detect/linearizability/fifo.hpp"

#include <algorithm>
#include <limits>

#include "checker/kernel/memory.hpp"

namespace heddle::detect {
namespace {

using Kind = QueueEffect::Kind;

constexpr OperationId no_operation = std::numeric_limits<OperationId>::max();

// One item's life. Either end may be missing.
struct Item {
  std::uint64_t value = 0;
  OperationId put = no_operation;
  OperationId taken = no_operation;
};

// The items, sorted by value.
enum class Items : std::uint8_t {
  in_order,
  ambiguous,   // one was put twice
  impossible,  // one was taken twice, or taken and not put
};
Items collect(std::span<const QueueEffect> effects, kernel::Vector<Item>& items) {
  for (OperationId id = 0; id < effects.size(); ++id) {
    if (effects[id].kind == Kind::puts) items.push_back({effects[id].item, id, no_operation});
  }
  const auto smaller = [](const Item& a, const Item& b) { return a.value < b.value; };
  std::sort(items.begin(), items.end(), smaller);
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (items[i - 1].value == items[i].value) return Items::ambiguous;
  }
  for (OperationId id = 0; id < effects.size(); ++id) {
    if (effects[id].kind != Kind::takes) continue;
    const auto place = std::lower_bound(items.begin(), items.end(), Item{effects[id].item, 0, 0}, smaller);
    if (place == items.end() || place->value != effects[id].item || place->taken != no_operation)
      return Items::impossible;
    place->taken = id;
  }
  return Items::in_order;
}

// A history's order under construction. What comes before an operation is a clock: how many operations of
// each lane. The entry of the operation's own lane is its position.
class Closure {
 public:
  explicit Closure(const History& history)
      : history_(history), lanes_(history.lanes()), clocks_(history.size() * std::size_t{lanes_}) {
    for (OperationId id = 0; id < history.size(); ++id) {
      const std::span<const std::uint32_t> before = history.before(id);
      std::copy(before.begin(), before.end(), clock(id));
      clock(id)[history.lane(id)] = history.position(id);
    }
  }

  std::uint32_t* clock(OperationId id) { return clocks_.data() + std::size_t{id} * lanes_; }

  // The clock after `id`, added to `into`.
  void add_to(std::uint32_t* into, OperationId id) {
    const std::uint32_t* const before = clock(id);
    for (Lane lane = 0; lane < lanes_; ++lane) into[lane] = std::max(into[lane], before[lane]);
    std::uint32_t& own = into[history_.lane(id)];
    own = std::max(own, history_.position(id) + 1);
  }

  // Everything in `other` comes before `id` too.
  void merge(OperationId id, const std::uint32_t* other) {
    std::uint32_t* const mine = clock(id);
    for (Lane lane = 0; lane < lanes_; ++lane) {
      if (other[lane] <= mine[lane]) continue;
      mine[lane] = other[lane];
      changed_ = true;
    }
  }

  void order(OperationId first, OperationId second) {
    merge(second, clock(first));
    const Lane lane = history_.lane(first);
    if (clock(second)[lane] > history_.position(first)) return;
    clock(second)[lane] = history_.position(first) + 1;
    changed_ = true;
  }

  // What comes before what comes before. False once nothing changed since the last call.
  bool close() {
    const bool more = changed_;
    changed_ = false;
    for (OperationId id = 0; id < history_.size(); ++id) {
      for (Lane lane = 0; lane < lanes_; ++lane) {
        const std::uint32_t count = clock(id)[lane];
        if (count > 0 && history_.operation(lane, count - 1) != id)
          merge(id, clock(history_.operation(lane, count - 1)));
      }
    }
    return changed_ || more;
  }

  // Some operation comes before itself.
  bool is_circular() {
    for (OperationId id = 0; id < history_.size(); ++id) {
      if (clock(id)[history_.lane(id)] > history_.position(id)) return true;
    }
    return false;
  }

  History history() {
    History made(lanes_);
    for (OperationId id = 0; id < history_.size(); ++id)
      made.add(history_.lane(id), history_.returned(id), {clock(id), lanes_});
    return made;
  }

 private:
  const History& history_;
  const Lane lanes_;
  kernel::Vector<std::uint32_t> clocks_;
  bool changed_ = false;
};

// For each lane and each number of its first operations: the clock after certain operations that belong to
// them. "Whatever was put before y was taken before y was" is one merge a lane.
class Gathered {
 public:
  explicit Gathered(const History& history) : history_(history), lanes_(history.lanes()) {
    std::uint32_t longest = 0;
    for (Lane lane = 0; lane < lanes_; ++lane) longest = std::max(longest, history.length(lane));
    rows_ = longest + std::size_t{1};
    table_.resize(rows_ * lanes_ * lanes_);
  }

  void clear() { std::fill(table_.begin(), table_.end(), 0); }

  // `result` is known once `cause` is among the first operations.
  void add(OperationId cause, Closure& closure, OperationId result) {
    closure.add_to(row(history_.lane(cause), history_.position(cause) + std::size_t{1}), result);
  }

  void accumulate() {
    for (Lane lane = 0; lane < lanes_; ++lane) {
      for (std::uint32_t count = 1; count < rows_; ++count) {
        const std::uint32_t* const fewer = row(lane, count - 1);
        std::uint32_t* const more = row(lane, count);
        for (Lane i = 0; i < lanes_; ++i) more[i] = std::max(more[i], fewer[i]);
      }
    }
  }

  // Whatever belongs to what comes before `cause` comes before `result`.
  void require(OperationId cause, Closure& closure, OperationId result) {
    for (Lane lane = 0; lane < lanes_; ++lane) {
      closure.merge(result, row(lane, closure.clock(cause)[lane]));
    }
  }

 private:
  std::uint32_t* row(Lane lane, std::size_t count) { return table_.data() + (lane * rows_ + count) * lanes_; }

  const History& history_;
  const Lane lanes_;
  std::size_t rows_ = 0;
  kernel::Vector<std::uint32_t> table_;
};

}  // namespace

QueueOrder in_queue_order(const History& from, std::span<const QueueEffect> effects) {
  kernel::Vector<Item> items;
  const Items found = collect(effects, items);
  if (found != Items::in_order) return {from, found == Items::ambiguous};
  // Whoever did not return may have taken what nobody else took.
  const bool takers_known = std::none_of(effects.begin(), effects.end(),
                                         [](const QueueEffect& e) { return e.kind == Kind::may_take; });
  Closure closure(from);
  Gathered takes_of_puts(from);
  Gathered puts_of_takes(from);
  Gathered empties(from);
  // The clock after all puts of items that were taken, and after all that found the queue empty.
  kernel::Vector<std::uint32_t> before_rest(from.lanes());
  do {
    takes_of_puts.clear();
    puts_of_takes.clear();
    empties.clear();
    for (const Item& item : items) {
      if (item.taken == no_operation) continue;
      closure.order(item.put, item.taken);
      takes_of_puts.add(item.put, closure, item.taken);
      puts_of_takes.add(item.taken, closure, item.put);
      closure.add_to(before_rest.data(), item.put);
    }
    for (OperationId id = 0; id < effects.size(); ++id) {
      if (effects[id].kind != Kind::finds_empty) continue;
      empties.add(id, closure, id);
      closure.add_to(before_rest.data(), id);
    }
    takes_of_puts.accumulate();
    puts_of_takes.accumulate();
    empties.accumulate();

    for (const Item& item : items) {
      if (item.taken != no_operation) {
        takes_of_puts.require(item.put, closure, item.taken);
        puts_of_takes.require(item.taken, closure, item.put);
        empties.require(item.taken, closure, item.put);
      } else if (takers_known) {
        closure.merge(item.put, before_rest.data());
      }
    }
    for (OperationId id = 0; id < effects.size(); ++id) {
      if (effects[id].kind == Kind::finds_empty) takes_of_puts.require(id, closure, id);
    }
  } while (closure.close() && !closure.is_circular());
  if (closure.is_circular()) return {from, false};
  return {closure.history(), true};
}

}  // namespace heddle::detect
