// What the order of a queue's items says about the order of the operations that put and took them.
//
// Two overlapping `push` may come in either order, and which one is wrong shows only when the items are
// taken, as late as a long queue makes it. A search that finds out by trying tries every order of all the
// items in the queue. Those orders are not open: an item is taken after it was put; if x was put before y it
// is taken before y, and the other way round; an item nobody took was put after all that were taken; a queue
// that was found empty had nothing put before and taken after. These rules, applied until nothing changes,
// leave to the search what is really open.
//
// That they decide linearizability of a queue, by themselves, is due to Gibbons and Korach ("Testing shared
// memories", 1997) and Henzinger, Sezgin and Vafeiadis ("Aspect-oriented linearizability proofs", CONCUR
// 2013). Here they only take orders away in which no queue could work, and the search still gives the
// verdict: results that are not the queue's alone (a push that fails, an operation that did not return, a
// size) may be there.
#pragma once

#include <cstdint>
#include <span>

#include "checker/detect/linearizability/history.hpp"

namespace heddle::detect {

// What an operation did to the queue, if it took effect.
struct QueueEffect {
  enum class Kind : std::uint8_t {
    none,         // it left the queue as it was
    puts,         // `item` at the end
    takes,        // `item` from the front
    finds_empty,  // and left it so
    may_take,     // it did not return: some item, or none
  };
  Kind kind = Kind::none;
  std::uint64_t item = 0;
};

struct QueueOrder {
  History history;       // the same operations, under the same numbers, with every order that the rules add
  bool possible = true;  // false: the rules contradict each other, and there is no order at all
};

// `effects` has one entry for each operation; the queue is empty at first. A history in which an item is put
// twice is given back as it is.
QueueOrder in_queue_order(const History& from, std::span<const QueueEffect> effects);

}  // namespace heddle::detect
