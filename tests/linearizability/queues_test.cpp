#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "specifications.hpp"
#include "tell_apart.hpp"

namespace {

auto push() {
  return heddle::operation(
      "push", [](auto& queue, int value) { return queue.push(value); }, heddle::fresh());
}
auto pop() {
  return heddle::operation("pop", [](auto& queue) { return queue.pop(); });
}

template <bool broken>
struct LockedQueue {
  std::mutex mutex;
  std::deque<int> items;
  void push(int value) {
    const std::lock_guard guard(mutex);
    items.push_back(value);
  }
  std::optional<int> pop() {
    std::unique_lock guard(mutex);
    if (items.empty()) return std::nullopt;
    const int value = items.front();
    if (broken) {
      guard.unlock();
      guard.lock();
      if (items.empty()) return value;
    }
    items.pop_front();
    return value;
  }
};

TEST(Queues, LockedTwice) {
  tell_apart<specification::Queue, LockedQueue<false>, LockedQueue<true>>(
      "queue under a mutex", "pop looks and takes in two critical sections", push(), pop());
}

// Michael and Scott, PODC 1996; nodes are not reclaimed. The tail may lag behind by one node: whoever finds
// it so must move it, or the queue stands still when the thread that should have moved it does.
template <bool helps>
struct MichaelScottQueue {
  struct Node {
    int value = 0;
    std::atomic<Node*> next{nullptr};
  };
  std::atomic<Node*> head{new Node};
  std::atomic<Node*> tail{head.load()};

  void push(int value) {
    Node* const node = new Node{value};
    for (;;) {
      Node* last = tail.load();
      Node* next = last->next.load();
      if (next != nullptr) {
        if (helps) tail.compare_exchange_strong(last, next);
        continue;
      }
      if (!last->next.compare_exchange_strong(next, node)) continue;
      tail.compare_exchange_strong(last, node);
      return;
    }
  }
  std::optional<int> pop() {
    for (;;) {
      Node* first = head.load();
      Node* last = tail.load();
      Node* const next = first->next.load();
      if (next == nullptr) return std::nullopt;
      if (first == last) {
        if (helps) tail.compare_exchange_strong(last, next);
        continue;
      }
      const int value = next->value;
      if (head.compare_exchange_strong(first, next)) return value;
    }
  }
};

TEST(Queues, MichaelScottWithoutTailHelp) {
  tell_apart<specification::Queue, MichaelScottQueue<true>, MichaelScottQueue<false>>(
      "Michael–Scott queue", "nobody helps a lagging tail", push().lock_free(), pop().lock_free());
}

// Moves the tail without looking whether somebody else did.
template <bool broken>
struct SwingingQueue : MichaelScottQueue<true> {
  void push(int value) {
    if (!broken) return MichaelScottQueue<true>::push(value);
    Node* const node = new Node{value};
    Node* const last = tail.exchange(node);
    (void)last;
    Node* at = head.load();
    while (Node* const next = at->next.load()) at = next;
    at->next.store(node);
  }
};

TEST(Queues, LinkLost) {
  tell_apart<specification::Queue, SwingingQueue<false>, SwingingQueue<true>>(
      "linked queue", "the last node's link is set by a store, not a compare-exchange", push(), pop());
}

template <bool broken>
struct SpscRing {
  static constexpr unsigned capacity = 2;
  std::atomic<unsigned> head{0};
  std::atomic<unsigned> tail{0};
  int slots[capacity] = {};

  bool push(int value) {
    const unsigned at = tail.load(std::memory_order_relaxed);
    if (at - head.load(std::memory_order_acquire) == capacity) return false;
    slots[at % capacity] = value;
    tail.store(at + 1, broken ? std::memory_order_relaxed : std::memory_order_release);
    return true;
  }
  std::optional<int> pop() {
    const unsigned at = head.load(std::memory_order_relaxed);
    if (at == tail.load(std::memory_order_acquire)) return std::nullopt;
    const int value = slots[at % capacity];
    head.store(at + 1, std::memory_order_release);
    return value;
  }
};

// "Full" and "empty" may be late: with release and acquire alone, push may say "full" and the consumer, two
// items later, still not see the second. heddle::verify found that by itself, against the plain bounded
// queue.
TEST(Queues, SpscRingRelaxed) {
  using Specification = specification::BoundedQueue<2>;
  tell_apart<Specification, SpscRing<false>, SpscRing<true>>(
      "single-producer ring", "the index is published relaxed",
      push().by_one_thread("producer").allows([](Specification& queue, bool done, int value) {
        return !done || queue.push(value);
      }),
      pop().by_one_thread("consumer").allows([](Specification& queue, std::optional<int> got) {
        return !got || queue.pop() == got;
      }));
}

// Vyukov's bounded queue with a sequence number in each cell.
template <bool broken>
struct MpmcRing {
  static constexpr unsigned capacity = 2;
  struct Cell {
    std::atomic<unsigned> sequence;
    int value = 0;
  };
  Cell cells[capacity] = {{0U}, {1U}};
  std::atomic<unsigned> tail{0};
  std::atomic<unsigned> head{0};

  bool push(int value) {
    unsigned at = tail.load(std::memory_order_relaxed);
    for (;;) {
      Cell& cell = cells[at % capacity];
      const unsigned sequence = cell.sequence.load(std::memory_order_acquire);
      if (sequence == at) {
        if (!tail.compare_exchange_strong(at, at + 1, std::memory_order_relaxed)) continue;
        cell.value = value;
        cell.sequence.store(at + 1, std::memory_order_release);
        return true;
      }
      if (static_cast<int>(sequence - at) < 0) return false;
      at = tail.load(std::memory_order_relaxed);
    }
  }
  std::optional<int> pop() {
    unsigned at = head.load(std::memory_order_relaxed);
    for (;;) {
      Cell& cell = cells[at % capacity];
      const unsigned sequence = cell.sequence.load(std::memory_order_acquire);
      if (sequence == at + 1) {
        if (broken) {
          head.store(at + 1, std::memory_order_relaxed);
        } else if (!head.compare_exchange_strong(at, at + 1, std::memory_order_relaxed)) {
          continue;
        }
        const int value = cell.value;
        cell.sequence.store(at + capacity, std::memory_order_release);
        return value;
      }
      if (static_cast<int>(sequence - (at + 1)) < 0) return std::nullopt;
      at = head.load(std::memory_order_relaxed);
    }
  }
};

// "Full" and "empty" may be said while another operation is half done: Vyukov's queue is no queue in that
// respect.
TEST(Queues, MpmcRingConsumersCollide) {
  using Specification = specification::BoundedQueue<2>;
  tell_apart<Specification, MpmcRing<false>, MpmcRing<true>>(
      "bounded ring of many producers and consumers", "consumers claim a cell by a store",
      push().allows([](Specification& queue, bool done, int value) { return !done || queue.push(value); }),
      pop().allows([](Specification& queue, std::optional<int> got) { return !got || queue.pop() == got; }));
}

struct WaitingQueue {
  std::deque<int> items;
  void push(int value) { items.push_back(value); }
  int pop() {
    const int value = items.front();
    items.pop_front();
    return value;
  }
  bool operator==(const WaitingQueue&) const = default;
};

template <bool broken>
struct BlockingQueue {
  std::mutex mutex;
  std::condition_variable filled;
  std::deque<int> items;

  void push(int value) {
    const std::lock_guard guard(mutex);
    items.push_back(value);
    filled.notify_one();
  }
  int pop() {
    std::unique_lock guard(mutex);
    if (broken) {
      if (items.empty()) filled.wait(guard);
      if (items.empty()) return 0;
    } else {
      while (items.empty()) filled.wait(guard);
    }
    const int value = items.front();
    items.pop_front();
    return value;
  }
};

TEST(Queues, BlockingWithoutLoop) {
  tell_apart<WaitingQueue, BlockingQueue<false>, BlockingQueue<true>>(
      "blocking queue", "waits once instead of in a loop", push(),
      pop().waits_until([](const WaitingQueue& queue) { return !queue.items.empty(); }));
}

template <bool broken>
struct TwoLockPriorityQueue {
  std::mutex mutex;
  std::multiset<int> items;
  void push(int value) {
    const std::lock_guard guard(mutex);
    items.insert(value);
  }
  std::optional<int> pop() {
    int least = 0;
    {
      const std::lock_guard guard(mutex);
      if (items.empty()) return std::nullopt;
      least = *items.begin();
      if (!broken) {
        items.erase(items.begin());
        return least;
      }
    }
    const std::lock_guard guard(mutex);
    const auto place = items.find(least);
    if (place == items.end()) return std::nullopt;
    items.erase(place);
    return least;
  }
};

TEST(Queues, PriorityQueueGivesUp) {
  tell_apart<specification::PriorityQueue, TwoLockPriorityQueue<false>, TwoLockPriorityQueue<true>>(
      "priority queue", "pop says empty when another took the least item first", push(), pop());
}

}  // namespace
