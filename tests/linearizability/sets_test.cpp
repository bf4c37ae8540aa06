#include <array>
#include <atomic>
#include <climits>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "specifications.hpp"
#include "tell_apart.hpp"

namespace {

auto add() {
  return heddle::operation(
      "add", [](auto& set, int key) { return set.add(key); }, heddle::values(1, 2));
}
auto remove() {
  return heddle::operation(
      "remove", [](auto& set, int key) { return set.remove(key); }, heddle::values(1, 2));
}
auto contains() {
  return heddle::operation(
      "contains", [](auto& set, int key) { return set.contains(key); }, heddle::values(1, 2));
}

// Harris, DISC 2001: a sorted list; a node is removed by marking its own link first, so that nothing can be
// linked behind it any more. Nodes are not reclaimed.
template <bool marks>
struct LockFreeList {
  struct Node {
    int key = 0;
    std::atomic<std::uintptr_t> next{0};  // the lowest bit: this node is removed
  };
  Node head{INT_MIN};

  static Node* node_of(std::uintptr_t word) { return reinterpret_cast<Node*>(word & ~std::uintptr_t{1}); }
  static std::uintptr_t word_of(Node* node) { return reinterpret_cast<std::uintptr_t>(node); }

  // The first node whose key is no smaller, and the one before it; unlinks removed ones on the way.
  Node* find(int key, Node*& before) {
    for (;;) {
      before = &head;
      Node* at = node_of(before->next.load());
      for (;;) {
        if (at == nullptr) return nullptr;
        const std::uintptr_t next = at->next.load();
        if ((next & 1U) != 0) {
          std::uintptr_t expected = word_of(at);
          if (!before->next.compare_exchange_strong(expected, next & ~std::uintptr_t{1})) break;
          at = node_of(next);
          continue;
        }
        if (at->key >= key) return at;
        before = at;
        at = node_of(next);
      }
    }
  }

  bool add(int key) {
    for (;;) {
      Node* before = nullptr;
      Node* const after = find(key, before);
      if (after != nullptr && after->key == key) return false;
      Node* const node = new Node{key};
      node->next.store(word_of(after));
      std::uintptr_t expected = word_of(after);
      if (before->next.compare_exchange_strong(expected, word_of(node))) return true;
    }
  }
  bool remove(int key) {
    for (;;) {
      Node* before = nullptr;
      Node* const at = find(key, before);
      if (at == nullptr || at->key != key) return false;
      std::uintptr_t next = at->next.load();
      if (marks) {
        if ((next & 1U) != 0 || !at->next.compare_exchange_strong(next, next | 1U)) continue;
        find(key, before);
        return true;
      }
      std::uintptr_t expected = word_of(at);
      if (before->next.compare_exchange_strong(expected, next)) return true;
    }
  }
  bool contains(int key) {
    Node* at = node_of(head.next.load());
    while (at != nullptr && at->key < key) at = node_of(at->next.load());
    return at != nullptr && at->key == key && (at->next.load() & 1U) == 0;
  }
};

TEST(Sets, LockFreeListBrokenRemove) {
  tell_apart<specification::Set, LockFreeList<true>, LockFreeList<false>>(
      "lock-free list", "remove unlinks without marking: an element added behind is lost", add(), remove(),
      contains());
}

// Looks under a shared lock, acts under an exclusive one.
template <bool looks_again>
struct TwoPhaseSet {
  std::shared_mutex mutex;
  std::set<int> keys;
  bool add(int key) {
    {
      const std::shared_lock guard(mutex);
      if (keys.count(key) != 0) return false;
    }
    const std::unique_lock guard(mutex);
    const bool fresh = keys.insert(key).second;
    return !looks_again || fresh;
  }
  bool remove(int key) {
    const std::unique_lock guard(mutex);
    return keys.erase(key) != 0;
  }
};

TEST(Sets, CheckThenAct) {
  tell_apart<specification::Set, TwoPhaseSet<true>, TwoPhaseSet<false>>(
      "set under a shared mutex", "add trusts what it saw under the shared lock", add(), remove());
}

// A bit for each key, and how many are set.
template <bool exact>
struct CountedSet {
  std::atomic<unsigned> bits{0};
  std::atomic<int> count{0};
  bool add(int key) {
    const bool fresh = (bits.fetch_or(1U << key) >> key & 1U) == 0;
    if (fresh) count.fetch_add(1);
    return fresh;
  }
  bool remove(int key) {
    const bool held = (bits.fetch_and(~(1U << key)) >> key & 1U) != 0;
    if (held) count.fetch_sub(1);
    return held;
  }
  int size() { return exact ? __builtin_popcount(bits.load()) : count.load(); }
};

TEST(Sets, SizeIsLate) {
  tell_apart<specification::Set, CountedSet<true>, CountedSet<false>>(
      "set with size()", "size() reads a counter kept beside the elements", add(), remove(),
      heddle::operation("size", [](auto& set) { return set.size(); }));
}

// ---- maps

auto put() {
  return heddle::operation(
      "put", [](auto& map, int key, int value) { return map.put(key, value); }, heddle::values(1, 2),
      heddle::fresh());
}
auto get() {
  return heddle::operation(
      "get", [](auto& map, int key) { return map.get(key); }, heddle::values(1, 2));
}

template <bool atomic>
struct LockedMap {
  std::mutex mutex;
  std::map<int, int> entries;
  std::optional<int> get(int key) {
    const std::lock_guard guard(mutex);
    const auto place = entries.find(key);
    return place == entries.end() ? std::nullopt : std::optional<int>(place->second);
  }
  bool put_if_absent(int key, int value) {
    if (!atomic && get(key)) return false;
    const std::lock_guard guard(mutex);
    if (atomic) return entries.emplace(key, value).second;
    entries[key] = value;
    return true;
  }
};

TEST(Maps, PutIfAbsentInTwoSteps) {
  tell_apart<specification::Map, LockedMap<true>, LockedMap<false>>(
      "map under a mutex", "put_if_absent checks and puts in two critical sections",
      heddle::operation(
          "put_if_absent", [](auto& map, int key, int value) { return map.put_if_absent(key, value); },
          heddle::values(1), heddle::fresh()),
      get());
}

// Readers take the whole map as it is; writers replace it.
template <bool compares>
struct CopyOnWriteMap {
  using Entries = std::array<int, 3>;
  std::atomic<const Entries*> current{new Entries{}};
  std::optional<int> put(int key, int value) {
    for (;;) {
      const Entries* const before = current.load();
      auto* const after = new Entries(*before);
      (*after)[static_cast<std::size_t>(key)] = value;
      const Entries* expected = before;
      if (!compares) current.store(after);
      if (!compares || current.compare_exchange_strong(expected, after)) return value_in(*before, key);
    }
  }
  std::optional<int> get(int key) { return value_in(*current.load(), key); }
  static std::optional<int> value_in(const Entries& entries, int key) {
    const int value = entries[static_cast<std::size_t>(key)];
    return value == 0 ? std::nullopt : std::optional<int>(value);
  }
};

TEST(Maps, CopyOnWriteLosesUpdates) {
  tell_apart<specification::Map, CopyOnWriteMap<true>, CopyOnWriteMap<false>>(
      "copy-on-write map", "the new copy is stored whatever became of the old one", put(), get());
}

// Two lines of a cache; moving an entry to the other line makes it disappear for a moment.
template <bool atomic>
struct MovingMap {
  std::mutex mutex;
  std::map<int, int> hot;
  std::map<int, int> cold;
  std::optional<int> put(int key, int value) {
    const std::lock_guard guard(mutex);
    const auto before = find(key);
    cold.erase(key);
    hot[key] = value;
    return before;
  }
  // Reads promote.
  std::optional<int> get(int key) {
    std::unique_lock guard(mutex);
    if (hot.count(key) != 0) return hot[key];
    if (cold.count(key) == 0) return std::nullopt;
    const int value = cold[key];
    cold.erase(key);
    if (!atomic) {
      guard.unlock();
      guard.lock();
    }
    hot.emplace(key, value);
    return value;
  }
  void cool() {
    const std::lock_guard guard(mutex);
    cold.merge(hot);
    hot.clear();
  }
  std::optional<int> find(int key) {
    if (hot.count(key) != 0) return hot[key];
    return cold.count(key) != 0 ? std::optional<int>(cold[key]) : std::nullopt;
  }
};

TEST(Maps, EntryDisappearsWhileMoved) {
  tell_apart<specification::Map, MovingMap<true>, MovingMap<false>>(
      "two-level map", "an entry is in neither level while it is moved", put(), get(),
      heddle::operation(
          "cool", [](auto& map) { map.cool(); }, [](specification::Map&) {}));
}

}  // namespace
