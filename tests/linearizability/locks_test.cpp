#include <atomic>
#include <condition_variable>
#include <mutex>

#include "specifications.hpp"
#include "tell_apart.hpp"

namespace {

template <bool atomic>
struct TrySemaphore {
  std::atomic<int> available{1};
  bool try_acquire() {
    int seen = available.load();
    while (seen > 0) {
      if (!atomic) {
        available.fetch_sub(1);
        return true;
      }
      if (available.compare_exchange_strong(seen, seen - 1)) return true;
    }
    return false;
  }
  void release() { available.fetch_add(1); }
};

TEST(Semaphores, Oversubscribed) {
  tell_apart<specification::Semaphore<1>, TrySemaphore<true>, TrySemaphore<false>>(
      "semaphore", "the check and the subtraction are two steps",
      heddle::operation("try_acquire", [](auto& s) { return s.try_acquire(); }),
      heddle::operation("release", [](auto& s) { s.release(); }).after("try_acquire"));
}

template <bool atomic>
struct SpinLock {
  std::atomic<bool> held{false};
  bool try_lock() {
    if (atomic) return !held.exchange(true);
    if (held.load()) return false;
    held.store(true);
    return true;
  }
  void unlock() { held.store(false); }
};

TEST(Locks, TestThenSet) {
  tell_apart<specification::Lock, SpinLock<true>, SpinLock<false>>(
      "spin lock", "the test and the set are two steps",
      heddle::operation("try_lock", [](auto& l) { return l.try_lock(); }),
      heddle::operation("unlock", [](auto& l) { l.unlock(); }).after("try_lock"));
}

template <bool atomic>
struct TicketLock {
  std::atomic<unsigned> next{0};
  std::atomic<unsigned> serving{0};
  bool try_lock() {
    unsigned mine = serving.load();
    if (atomic) return next.compare_exchange_strong(mine, mine + 1);
    if (next.load() != mine) return false;
    next.fetch_add(1);
    return true;
  }
  void unlock() { serving.fetch_add(1); }
};

TEST(Locks, TicketTakenByTwo) {
  tell_apart<specification::Lock, TicketLock<true>, TicketLock<false>>(
      "ticket lock", "try_lock looks and takes its ticket in two steps",
      heddle::operation("try_lock", [](auto& l) { return l.try_lock(); }));
}

struct ReadersOrWriter {
  int readers = 0;
  bool writer = false;
  bool try_read() {
    if (writer) return false;
    ++readers;
    return true;
  }
  bool try_write() {
    if (writer || readers > 0) return false;
    writer = true;
    return true;
  }
  bool operator==(const ReadersOrWriter&) const = default;
};

template <bool one_word>
struct ReadWriteLock {
  std::atomic<int> word{0};  // readers; -1: a writer
  std::atomic<int> readers{0};
  std::atomic<bool> writer{false};
  bool try_read() {
    if (!one_word) {
      if (writer.load()) return false;
      readers.fetch_add(1);
      return true;
    }
    int seen = word.load();
    while (seen >= 0) {
      if (word.compare_exchange_strong(seen, seen + 1)) return true;
    }
    return false;
  }
  bool try_write() {
    if (!one_word) {
      if (readers.load() > 0) return false;
      return !writer.exchange(true);
    }
    int free = 0;
    return word.compare_exchange_strong(free, -1);
  }
};

TEST(Locks, ReaderAndWriterTogether) {
  tell_apart<ReadersOrWriter, ReadWriteLock<true>, ReadWriteLock<false>>(
      "read-write lock", "readers and writer are two words, each looked at before the other is changed",
      heddle::operation("try_read", [](auto& l) { return l.try_read(); }),
      heddle::operation("try_write", [](auto& l) { return l.try_write(); }));
}

// ---- barriers

// The one that arrives last of each two is told so.
struct Meeting {
  int arrived = 0;
  bool arrive() { return ++arrived % 2 == 0; }
  bool operator==(const Meeting&) const = default;
};

template <bool atomic>
struct Barrier {
  std::atomic<int> arrived{0};
  bool arrive() {
    if (atomic) return arrived.fetch_add(1) % 2 == 1;
    arrived.fetch_add(1);
    return arrived.load() % 2 == 0;
  }
};

TEST(Barriers, TwoAreLast) {
  tell_apart<Meeting, Barrier<true>, Barrier<false>>(
      "barrier", "counts, and then looks whether it was the last",
      heddle::operation("arrive", [](auto& b) { return b.arrive(); }));
}

struct Countdown {
  int left = 2;
  void count_down() { --left; }
  void wait() const {}
  bool operator==(const Countdown&) const = default;
};

template <bool careful>
struct Latch {
  std::mutex mutex;
  std::condition_variable open;
  std::atomic<int> left{2};
  void count_down() {
    if (!careful) {
      // Not under the mutex: a waiter that has looked and not yet gone to sleep misses it.
      if (left.fetch_sub(1) == 1) open.notify_all();
      return;
    }
    const std::lock_guard guard(mutex);
    if (left.fetch_sub(1) == 1) open.notify_all();
  }
  void wait() {
    std::unique_lock guard(mutex);
    while (left.load() > 0) open.wait(guard);
  }
};

TEST(Barriers, LatchOpensUnheard) {
  tell_apart<Countdown, Latch<true>, Latch<false>>(
      "latch", "opens without the mutex: lost wake-up",
      heddle::operation("count_down", [](auto& l) { l.count_down(); }).at_most(2),
      heddle::operation("wait", [](auto& l) { l.wait(); }).waits_until([](const Countdown& l) {
        return l.left <= 0;
      }));
}

}  // namespace
