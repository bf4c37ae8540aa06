// What queues and rings are, as sequential objects (see locks.hpp).
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

namespace heddle::model {

// A blocking_queue; without a capacity a concurrent_queue; with one and try_ operations only a ring.
struct queue {
  std::deque<int> items;
  std::size_t capacity = 0;  // 0: none
  std::size_t unfinished = 0;
  bool closed = false;

  bool full() const { return capacity != 0 && items.size() >= capacity; }
  bool can_push() const { return closed || !full(); }
  // False: closed.
  bool push(int value) {
    if (closed) return false;
    items.push_back(value);
    ++unfinished;
    return true;
  }
  bool try_push(int value) { return !full() && push(value); }
  bool can_pop() const { return closed || !items.empty(); }
  // Nothing: closed, or for try_pop() empty.
  std::optional<int> pop() {
    if (items.empty()) return std::nullopt;
    const int value = items.front();
    items.pop_front();
    return value;
  }
  std::optional<int> try_pop() { return pop(); }
  // False: nothing was unfinished.
  bool task_done() {
    if (unfinished == 0) return false;
    --unfinished;
    return true;
  }
  bool can_join() const { return unfinished == 0; }
  void close() { closed = true; }
  bool operator==(const queue&) const = default;
};

}  // namespace heddle::model
