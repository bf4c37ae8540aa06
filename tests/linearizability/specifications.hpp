// What objects are, as plain sequential types.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace specification {

struct Queue {
  std::deque<int> items;

  void push(int value) { items.push_back(value); }
  std::optional<int> pop() {
    if (items.empty()) return std::nullopt;
    const int value = items.front();
    items.pop_front();
    return value;
  }
  int size() const { return static_cast<int>(items.size()); }
  bool operator==(const Queue&) const = default;
};

template <std::size_t capacity>
struct BoundedQueue : Queue {
  bool push(int value) {
    if (items.size() == capacity) return false;
    items.push_back(value);
    return true;
  }
  bool operator==(const BoundedQueue&) const = default;
};

struct Stack {
  std::vector<int> items;

  void push(int value) { items.push_back(value); }
  std::optional<int> pop() {
    if (items.empty()) return std::nullopt;
    const int value = items.back();
    items.pop_back();
    return value;
  }
  bool operator==(const Stack&) const = default;
};

struct Deque {
  std::deque<int> items;

  void push_front(int value) { items.push_front(value); }
  void push_back(int value) { items.push_back(value); }
  std::optional<int> pop_front() {
    if (items.empty()) return std::nullopt;
    const int value = items.front();
    items.pop_front();
    return value;
  }
  std::optional<int> pop_back() {
    if (items.empty()) return std::nullopt;
    const int value = items.back();
    items.pop_back();
    return value;
  }
  std::optional<int> peek_back() const {
    return items.empty() ? std::nullopt : std::optional<int>(items.back());
  }
  bool operator==(const Deque&) const = default;
};

struct Set {
  std::set<int> keys;

  bool add(int key) { return keys.insert(key).second; }
  bool remove(int key) { return keys.erase(key) != 0; }
  bool contains(int key) const { return keys.count(key) != 0; }
  int size() const { return static_cast<int>(keys.size()); }
  bool operator==(const Set&) const = default;
};

struct Map {
  std::map<int, int> entries;

  std::optional<int> put(int key, int value) {
    const auto [place, fresh] = entries.emplace(key, value);
    if (fresh) return std::nullopt;
    const int before = place->second;
    place->second = value;
    return before;
  }
  std::optional<int> get(int key) const {
    const auto place = entries.find(key);
    return place == entries.end() ? std::nullopt : std::optional<int>(place->second);
  }
  bool put_if_absent(int key, int value) { return entries.emplace(key, value).second; }
  bool remove(int key) { return entries.erase(key) != 0; }
  bool operator==(const Map&) const = default;
};

struct PriorityQueue {
  std::multiset<int> items;

  void push(int value) { items.insert(value); }
  std::optional<int> pop() {
    if (items.empty()) return std::nullopt;
    const int value = *items.begin();
    items.erase(items.begin());
    return value;
  }
  bool operator==(const PriorityQueue&) const = default;
};

struct Counter {
  int value = 0;

  void add(int by) { value += by; }
  int next() { return value++; }
  int get() const { return value; }
  bool operator==(const Counter&) const = default;
};

struct Register {
  int value = 0;

  void write(int v) { value = v; }
  int read() const { return value; }
  int exchange(int v) {
    const int before = value;
    value = v;
    return before;
  }
  bool compare_exchange(int expected, int desired) {
    if (value != expected) return false;
    value = desired;
    return true;
  }
  bool operator==(const Register&) const = default;
};

struct Snapshot {
  std::array<int, 2> cells{};

  void update(int cell, int value) { cells[static_cast<std::size_t>(cell)] = value; }
  std::array<int, 2> scan() const { return cells; }
  bool operator==(const Snapshot&) const = default;
};

template <int permits>
struct Semaphore {
  int available = permits;

  void acquire() { --available; }
  bool try_acquire() {
    if (available == 0) return false;
    --available;
    return true;
  }
  void release() { ++available; }
  bool operator==(const Semaphore&) const = default;
};

struct Lock {
  bool held = false;

  void lock() { held = true; }
  bool try_lock() {
    if (held) return false;
    held = true;
    return true;
  }
  void unlock() { held = false; }
  bool operator==(const Lock&) const = default;
};

}  // namespace specification
