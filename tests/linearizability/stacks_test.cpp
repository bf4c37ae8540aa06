#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "specifications.hpp"
#include "tell_apart.hpp"

namespace {

auto push() {
  return heddle::operation(
      "push", [](auto& stack, int value) { stack.push(value); }, heddle::fresh());
}
auto pop() {
  return heddle::operation("pop", [](auto& stack) { return stack.pop(); });
}

// Treiber, 1986, on a pool of two nodes that are used again in the order they were given back. What `top`
// holds is an index and a tag that makes every state of it a new one.
template <bool tagged>
struct RecyclingStack {
  static constexpr std::uint32_t none = 0xffff;
  struct Node {
    std::atomic<int> value{0};
    std::atomic<std::uint32_t> next{none};
  };
  std::array<Node, 2> nodes;
  std::atomic<std::uint32_t> top{none};
  std::mutex mutex;
  std::deque<std::uint32_t> unused{0, 1};

  std::uint32_t obtain() {
    const std::lock_guard guard(mutex);
    if (unused.empty()) return none;
    const std::uint32_t node = unused.front();
    unused.pop_front();
    return node;
  }
  void give_back(std::uint32_t node) {
    const std::lock_guard guard(mutex);
    unused.push_back(node);
  }
  static std::uint32_t index(std::uint32_t word) { return word & 0xffffU; }
  static std::uint32_t next_top(std::uint32_t old, std::uint32_t node) {
    return (tagged ? (old & 0xffff'0000U) + 0x1'0000U : 0U) | node;
  }

  bool push(int value) {
    const std::uint32_t node = obtain();
    if (node == none) return false;
    nodes[node].value.store(value);
    std::uint32_t first = top.load();
    do nodes[node].next.store(index(first));
    while (!top.compare_exchange_strong(first, next_top(first, node)));
    return true;
  }
  std::optional<int> pop() {
    std::uint32_t first = top.load();
    for (;;) {
      if (index(first) == none) return std::nullopt;
      const std::uint32_t next = nodes[index(first)].next.load();
      if (top.compare_exchange_strong(first, next_top(first, next))) break;
    }
    const int value = nodes[index(first)].value.load();
    give_back(index(first));
    return value;
  }
};

// While a node is on its way back to the pool there is room for it and no node.
TEST(Stacks, TreiberWithAba) {
  using Specification = specification::Stack;
  tell_apart<Specification, RecyclingStack<true>, RecyclingStack<false>>(
      "Treiber stack on recycled nodes", "no tag: ABA",
      heddle::operation(
          "push", [](auto& stack, int value) { return stack.push(value); }, heddle::fresh())
          .allows([](Specification& stack, bool done, int value) {
            if (done) stack.push(value);
            return true;
          }),
      pop());
}

// The same mistake on the heap, where it is the use of a node that another thread deleted.
template <bool deletes>
struct DeletingStack {
  struct Node {
    int value;
    std::atomic<Node*> next;
  };
  std::atomic<Node*> top{nullptr};

  void push(int value) {
    Node* const node = new Node{value, top.load()};
    Node* first = node->next.load();
    while (!top.compare_exchange_strong(first, node)) node->next.store(first);
  }
  std::optional<int> pop() {
    Node* first = top.load();
    while (first != nullptr && !top.compare_exchange_strong(first, first->next.load())) {
    }
    if (first == nullptr) return std::nullopt;
    const int value = first->value;
    if (deletes) delete first;
    return value;
  }
};

TEST(Stacks, TreiberDeletesNodesInUse) {
  tell_apart<specification::Stack, DeletingStack<false>, DeletingStack<true>>(
      "Treiber stack on the heap", "nodes are deleted while others look at them", push(), pop());
}

template <bool broken>
struct TreiberStack {
  struct Node {
    int value;
    Node* next;
  };
  std::atomic<Node*> top{nullptr};

  void push(int value) {
    Node* const node = new Node{value, top.load(std::memory_order_relaxed)};
    while (!top.compare_exchange_strong(node->next, node,
                                        broken ? std::memory_order_relaxed : std::memory_order_release,
                                        std::memory_order_relaxed)) {
    }
  }
  std::optional<int> pop() {
    Node* first = top.load(std::memory_order_acquire);
    while (first != nullptr && !top.compare_exchange_strong(first, first->next, std::memory_order_acquire)) {
    }
    return first == nullptr ? std::nullopt : std::optional<int>(first->value);
  }
};

TEST(Stacks, TreiberRelaxedPush) {
  tell_apart<specification::Stack, TreiberStack<false>, TreiberStack<true>>(
      "Treiber stack", "push publishes the node relaxed", push(), pop());
}

// Treiber's stack with hazard pointers (Michael, 2004), one for each of two threads and the first; reclaimed
// as soon as nobody announces the node.
template <bool revalidates>
struct HazardStack {
  struct Node {
    int value;
    Node* next;
  };
  static constexpr int slots = 4;
  std::atomic<Node*> top{nullptr};
  std::atomic<Node*> hazards[slots] = {};
  std::atomic<int> owners[slots] = {};

  void push(int value) {
    Node* const node = new Node{value, top.load()};
    while (!top.compare_exchange_strong(node->next, node)) {
    }
  }
  std::optional<int> pop() {
    int slot = 0;
    while (owners[slot].exchange(1) != 0) ++slot;
    Node* first = nullptr;
    for (;;) {
      first = top.load();
      hazards[slot].store(first);
      if (revalidates && top.load() != first) continue;
      if (first == nullptr || top.compare_exchange_strong(first, first->next)) break;
    }
    hazards[slot].store(nullptr);
    owners[slot].store(0);
    if (first == nullptr) return std::nullopt;
    const int value = first->value;
    bool announced = false;
    for (std::atomic<Node*>& hazard : hazards) announced = announced || hazard.load() == first;
    if (!announced) delete first;
    return value;
  }
};

TEST(Stacks, HazardPointerTooEarly) {
  tell_apart<specification::Stack, HazardStack<true>, HazardStack<false>>(
      "stack with hazard pointers",
      "a node is not looked at again after it was announced: reclaimed too early", push(), pop());
}

// Slots are handed out by a counter.
template <bool broken>
struct ArrayStack {
  std::mutex mutex;
  std::atomic<int> count{0};
  std::array<std::atomic<int>, 8> slots{};

  void push(int value) {
    if (broken) {
      slots[static_cast<std::size_t>(count.fetch_add(1))].store(value);
      return;
    }
    const std::lock_guard guard(mutex);
    slots[static_cast<std::size_t>(count.load())].store(value);
    count.store(count.load() + 1);
  }
  std::optional<int> pop() {
    const std::lock_guard guard(mutex);
    if (count.load() == 0) return std::nullopt;
    return slots[static_cast<std::size_t>(count.fetch_sub(1) - 1)].load();
  }
};

TEST(Stacks, SlotNotYetFilled) {
  tell_apart<specification::Stack, ArrayStack<false>, ArrayStack<true>>(
      "array stack", "a slot is counted before it is filled", push(), pop());
}

// ---- deques

auto push_front() {
  return heddle::operation(
      "push_front", [](auto& d, int value) { d.push_front(value); }, heddle::fresh());
}
auto push_back() {
  return heddle::operation(
      "push_back", [](auto& d, int value) { d.push_back(value); }, heddle::fresh());
}
auto pop_front() {
  return heddle::operation("pop_front", [](auto& d) { return d.pop_front(); });
}
auto pop_back() {
  return heddle::operation("pop_back", [](auto& d) { return d.pop_back(); });
}

// Herlihy, Luchangco and Moir, ICDCS 2003: an array of values between a run of left nulls and a run of right
// nulls, each with a version. Every change first renews its neighbour's version, so that two threads at one
// place notice each other.
template <bool renews>
struct ObstructionFreeDeque {
  static constexpr std::uint32_t left_null = 0;
  static constexpr std::uint32_t right_null = 1;
  static constexpr int places = 12;
  std::array<std::atomic<std::uint64_t>, places> array;

  ObstructionFreeDeque() {
    for (int i = 0; i < places; ++i) at(i).store(word(i < places / 2 ? left_null : right_null, 0));
  }
  std::atomic<std::uint64_t>& at(int i) { return array[static_cast<std::size_t>(i)]; }
  static std::uint64_t word(std::uint32_t value, std::uint32_t version) {
    return (std::uint64_t{version} << 32U) | value;
  }
  static std::uint32_t value_of(std::uint64_t w) { return static_cast<std::uint32_t>(w); }
  static std::uint64_t renewed(std::uint64_t w, std::uint32_t value) {
    return word(value, static_cast<std::uint32_t>(w >> 32U) + 1);
  }
  // The first place with a right null; the last with a left null.
  int right_end() {
    int i = 1;
    while (value_of(at(i).load()) != right_null) ++i;
    return i;
  }
  int left_end() {
    int i = places - 2;
    while (value_of(at(i).load()) != left_null) --i;
    return i;
  }
  // Changes place `to` to `value` if its neighbour is still what it was.
  bool change(int neighbour, std::uint64_t seen, int to, std::uint64_t old, std::uint32_t value) {
    if (renews && !at(neighbour).compare_exchange_strong(seen, renewed(seen, value_of(seen)))) return false;
    return at(to).compare_exchange_strong(old, renewed(old, value));
  }

  void push_back(int v) {
    for (;;) {
      const int k = right_end();
      const std::uint64_t before = at(k - 1).load();
      const std::uint64_t here = at(k).load();
      if (value_of(before) == right_null || value_of(here) != right_null) continue;
      if (change(k - 1, before, k, here, static_cast<std::uint32_t>(v) + 1)) return;
    }
  }
  void push_front(int v) {
    for (;;) {
      const int k = left_end();
      const std::uint64_t before = at(k + 1).load();
      const std::uint64_t here = at(k).load();
      if (value_of(before) == left_null || value_of(here) != left_null) continue;
      if (change(k + 1, before, k, here, static_cast<std::uint32_t>(v) + 1)) return;
    }
  }
  std::optional<int> pop_back() {
    for (;;) {
      const int k = right_end();
      const std::uint64_t here = at(k - 1).load();
      const std::uint64_t next = at(k).load();
      if (value_of(here) == right_null || value_of(next) != right_null) continue;
      if (value_of(here) == left_null) {
        if (at(k - 1).load() == here) return std::nullopt;
        continue;
      }
      if (change(k, next, k - 1, here, right_null)) return static_cast<int>(value_of(here)) - 1;
    }
  }
  std::optional<int> pop_front() {
    for (;;) {
      const int k = left_end();
      const std::uint64_t here = at(k + 1).load();
      const std::uint64_t next = at(k).load();
      if (value_of(here) == left_null || value_of(next) != left_null) continue;
      if (value_of(here) == right_null) {
        if (at(k + 1).load() == here) return std::nullopt;
        continue;
      }
      if (change(k, next, k + 1, here, left_null)) return static_cast<int>(value_of(here)) - 1;
    }
  }
};

TEST(Deques, ObstructionFreeWithoutRenewal) {
  tell_apart<specification::Deque, ObstructionFreeDeque<true>, ObstructionFreeDeque<false>>(
      "obstruction-free deque", "a neighbour's version is not renewed", push_back(), pop_front(),
      push_front(), pop_back());
}

// Nodes are taken by emptying them. A walk that began at an old first node finds items that were added behind
// one that it never saw (java.util.concurrent.ConcurrentLinkedDeque.pollFirst did so: JDK-8256833).
template <bool restarts>
struct LinkedDeque {
  struct Node {
    std::atomic<int> item{0};  // 0: taken
    std::atomic<Node*> next{nullptr};
  };
  std::atomic<Node*> first{new Node};
  std::mutex back;
  Node* last = first.load();

  void push_front(int value) {
    Node* const node = new Node;
    node->item.store(value);
    Node* old = first.load();
    do node->next.store(old);
    while (!first.compare_exchange_strong(old, node));
  }
  void push_back(int value) {
    Node* const node = new Node;
    node->item.store(value);
    const std::lock_guard guard(back);
    last->next.store(node);
    last = node;
  }
  std::optional<int> pop_front() {
    for (;;) {
      Node* const begin = first.load();
      Node* node = begin;
      int item = 0;
      while (node != nullptr && (item = node->item.load()) == 0) node = node->next.load();
      if (restarts && first.load() != begin) continue;
      if (node == nullptr) return std::nullopt;
      if (node->item.compare_exchange_strong(item, 0)) return item;
    }
  }
};

TEST(Deques, PollFirstOvertakes) {
  tell_apart<specification::Deque, LinkedDeque<true>, LinkedDeque<false>>(
      "linked deque, pollFirst as in ConcurrentLinkedDeque",
      "a walk goes on from a first node that no longer is first", push_front(), push_back(), pop_front());
}

// Chase and Lev's work-stealing deque, SPAA 2005, without growing: the owner at the back, thieves at the
// front.
template <bool broken>
struct WorkStealingDeque {
  std::atomic<int> top{0};
  std::atomic<int> bottom{0};
  std::array<std::atomic<int>, 8> items{};

  void push_back(int value) {
    const int b = bottom.load();
    items[static_cast<std::size_t>(b)].store(value);
    bottom.store(b + 1);
  }
  std::optional<int> pop_back() {
    const int b = bottom.load() - 1;
    bottom.store(b);
    int t = top.load();
    if (t > b) {
      bottom.store(b + 1);
      return std::nullopt;
    }
    const int value = items[static_cast<std::size_t>(b)].load();
    if (t < b) return value;
    // The last one: thieves may want it too.
    const bool won = broken || top.compare_exchange_strong(t, t + 1);
    if (broken) top.store(t + 1);
    bottom.store(b + 1);
    return won ? std::optional<int>(value) : std::nullopt;
  }
  // False alarms are allowed: a thief may come back empty-handed after losing to another.
  std::optional<int> pop_front() {
    int t = top.load();
    if (t >= bottom.load()) return std::nullopt;
    const int value = items[static_cast<std::size_t>(t)].load();
    return top.compare_exchange_strong(t, t + 1) ? std::optional<int>(value) : std::nullopt;
  }
};

TEST(Deques, WorkStealingLastItemTwice) {
  tell_apart<specification::Deque, WorkStealingDeque<false>, WorkStealingDeque<true>>(
      "work-stealing deque", "the owner takes the last item without a compare-exchange",
      push_back().by_one_thread("owner").at_most(4), pop_back().by_one_thread("owner"),
      pop_front().allows([](specification::Deque& deque, std::optional<int> got) {
        return !got || deque.pop_front() == got;
      }));
}

}  // namespace
