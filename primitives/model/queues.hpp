// What queues and rings are, as sequential objects (see locks.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace heddle::model {

// A blocking_queue; without a capacity a concurrent_queue.
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

// An spsc_ring. A side that finds the ring full or empty looks what the other side has done since, and may
// see less than there is: `more` of it.
struct pair_ring {
  std::deque<int> items;
  std::size_t capacity = 0;
  std::size_t free_seen = 0;  // by the producer
  std::size_t items_seen = 0;

  explicit pair_ring(std::size_t size) : capacity(size), free_seen(size) {}

  // What the producer has not seen, and the consumer.
  std::size_t free_unseen() const { return capacity - items.size() - free_seen; }
  std::size_t items_unseen() const { return items.size() - items_seen; }

  bool try_push(int value, std::size_t more) {
    if (free_seen == 0) free_seen += more;
    if (free_seen == 0) return false;
    --free_seen;
    items.push_back(value);
    return true;
  }
  std::optional<int> try_pop(std::size_t more) {
    if (items_seen == 0) items_seen += more;
    if (items_seen == 0) return std::nullopt;
    --items_seen;
    const int value = items.front();
    items.pop_front();
    return value;
  }
  bool operator==(const pair_ring&) const = default;
};

// An mpmc_ring. Pushing and popping are two steps each: a thread that owns a slot and has not filled or
// emptied it makes the ring look full or empty to others.
struct ring {
  enum class slot : std::uint8_t { free, owned, filled };
  struct place {
    slot now = slot::free;
    int value = 0;
    bool operator==(const place&) const = default;
  };
  std::vector<place> slots;
  std::size_t pushed = 0;
  std::size_t popped = 0;

  explicit ring(std::size_t capacity) : slots(capacity) {}

  // The place to fill, or none.
  std::optional<std::size_t> begin_push() { return own(pushed, slot::free); }
  void end_push(std::size_t at, int value) { slots[at] = {slot::filled, value}; }
  // The place to empty, or none.
  std::optional<std::size_t> begin_pop() { return own(popped, slot::filled); }
  int end_pop(std::size_t at) {
    slots[at].now = slot::free;
    return slots[at].value;
  }
  bool operator==(const ring&) const = default;

 private:
  std::optional<std::size_t> own(std::size_t& counter, slot wanted) {
    const std::size_t at = counter % slots.size();
    if (slots[at].now != wanted) return std::nullopt;
    slots[at].now = slot::owned;
    ++counter;
    return at;
  }
};

}  // namespace heddle::model
