#include <array>
#include <atomic>
#include <mutex>

#include "specifications.hpp"
#include "tell_apart.hpp"

namespace {

auto next() {
  return heddle::operation("next", [](auto& c) { return c.next(); });
}

template <bool atomic>
struct TicketCounter {
  std::atomic<int> value{0};
  int next() {
    if (atomic) return value.fetch_add(1);
    const int seen = value.load();
    value.store(seen + 1);
    return seen;
  }
};

TEST(Counters, LostUpdate) {
  tell_apart<specification::Counter, TicketCounter<true>, TicketCounter<false>>(
      "ticket counter", "a load and a store instead of an addition", next());
}

template <bool striped>
struct StatisticsCounter {
  std::atomic<int> whole{0};
  std::array<std::atomic<int>, 2> stripes{};
  void add(int by) {
    if (striped) {
      stripes[static_cast<std::size_t>(by % 2)].fetch_add(by);
    } else {
      whole.fetch_add(by);
    }
  }
  int get() { return striped ? stripes[0].load() + stripes[1].load() : whole.load(); }
};

TEST(Counters, StripesAreNotOneNumber) {
  tell_apart<specification::Counter, StatisticsCounter<false>, StatisticsCounter<true>>(
      "striped counter", "stripes are read one after the other",
      heddle::operation(
          "add", [](auto& c, int by) { c.add(by); }, heddle::values(1, 2)),
      heddle::operation("get", [](auto& c) { return c.get(); }));
}

struct Maximum {
  int value = 0;
  void offer(int v) { value = std::max(value, v); }
  int get() const { return value; }
  bool operator==(const Maximum&) const = default;
};

template <bool atomic>
struct MaximumRegister {
  std::atomic<int> value{0};
  void offer(int v) {
    int seen = value.load();
    while (seen < v) {
      if (!atomic) {
        value.store(v);
        return;
      }
      if (value.compare_exchange_strong(seen, v)) return;
    }
  }
  int get() { return value.load(); }
};

TEST(Counters, MaximumGoesDown) {
  tell_apart<Maximum, MaximumRegister<true>, MaximumRegister<false>>(
      "maximum register", "the comparison and the store are two steps",
      heddle::operation(
          "offer", [](auto& m, int v) { m.offer(v); }, heddle::values(1, 2)),
      heddle::operation("get", [](auto& m) { return m.get(); }));
}

template <bool atomic>
struct SmallRegister {
  std::atomic<int> value{0};
  int read() { return value.load(); }
  bool compare_exchange(int expected, int desired) {
    if (atomic) return value.compare_exchange_strong(expected, desired);
    if (value.load() != expected) return false;
    value.store(desired);
    return true;
  }
};

TEST(Counters, CompareExchangeInTwoSteps) {
  tell_apart<specification::Register, SmallRegister<true>, SmallRegister<false>>(
      "compare-exchange register", "the comparison and the store are two steps",
      heddle::operation(
          "compare_exchange", [](auto& r, int e, int d) { return r.compare_exchange(e, d); },
          heddle::values(0, 1), heddle::values(1, 2)),
      heddle::operation("read", [](auto& r) { return r.read(); }));
}

// ---- snapshots

auto update() {
  return heddle::operation(
      "update", [](auto& s, int cell, int value) { s.update(cell, value); }, heddle::range(0, 1),
      heddle::values(1, 2));
}
auto scan() {
  return heddle::operation("scan", [](auto& s) { return s.scan(); });
}

// Reads until two collections agree; every value is written with a version that is never used again.
template <bool twice>
struct CollectingSnapshot {
  std::array<std::atomic<int>, 2> cells{};
  std::atomic<int> version{0};
  void update(int cell, int value) {
    cells[static_cast<std::size_t>(cell)].store(version.fetch_add(1) * 16 + 16 + value);
  }
  std::array<int, 2> scan() {
    for (;;) {
      const int a = cells[0].load();
      const int b = cells[1].load();
      if (!twice || (cells[0].load() == a && cells[1].load() == b)) return {a % 16, b % 16};
    }
  }
};

TEST(Snapshots, CollectedOnce) {
  tell_apart<specification::Snapshot, CollectingSnapshot<true>, CollectingSnapshot<false>>(
      "snapshot by collecting", "collected once", update(), scan());
}

template <bool rechecks>
struct SequenceLock {
  std::atomic<unsigned> sequence{0};
  std::array<std::atomic<int>, 2> cells{};
  std::mutex writers;
  void update(int cell, int value) {
    const std::lock_guard guard(writers);
    const unsigned before = sequence.load(std::memory_order_relaxed);
    sequence.store(before + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    cells[static_cast<std::size_t>(cell)].store(value, std::memory_order_relaxed);
    sequence.store(before + 2, std::memory_order_release);
  }
  std::array<int, 2> scan() {
    for (;;) {
      const unsigned before = sequence.load(std::memory_order_acquire);
      const std::array<int, 2> seen = {cells[0].load(std::memory_order_relaxed),
                                       cells[1].load(std::memory_order_relaxed)};
      if (rechecks) std::atomic_thread_fence(std::memory_order_acquire);
      if (before % 2 == 0 && sequence.load(std::memory_order_relaxed) == before) return seen;
    }
  }
};

TEST(Snapshots, SequenceLockWithoutFence) {
  tell_apart<specification::Snapshot, SequenceLock<true>, SequenceLock<false>>(
      "sequence lock", "the reader's fence is missing", update(), scan());
}

// ---- made once

struct Once {
  int made = 0;
  int get(int candidate) {
    if (made == 0) made = candidate;
    return made;
  }
  bool operator==(const Once&) const = default;
};

template <bool atomic>
struct Lazy {
  std::atomic<int> made{0};
  int get(int candidate) {
    int seen = made.load();
    if (seen != 0) return seen;
    if (!atomic) {
      made.store(candidate);
      return candidate;
    }
    return made.compare_exchange_strong(seen, candidate) ? candidate : seen;
  }
};

TEST(Registers, MadeTwice) {
  tell_apart<Once, Lazy<true>, Lazy<false>>(
      "lazily made value", "two threads both make it",
      heddle::operation(
          "get", [](auto& l, int candidate) { return l.get(candidate); }, heddle::fresh()));
}

}  // namespace
