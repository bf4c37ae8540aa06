#include <gtest/gtest.h>

#include <chrono>
#include <heddle/mutex.hpp>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

TEST(Mutex, IsFourBytes) { EXPECT_EQ(sizeof(heddle::mutex), 4U); }

TEST(Mutex, TryLockSucceedsWhenFreeAndFailsWhenHeld) {
  heddle::mutex m;
  ASSERT_TRUE(m.try_lock());
  std::thread([&] { EXPECT_FALSE(m.try_lock()); }).join();
  m.unlock();
  ASSERT_TRUE(m.try_lock());
  m.unlock();
}

TEST(Mutex, OneThreadAtATimeIsInside) {
  heddle::mutex m;
  int counter = 0;
  std::vector<std::thread> workers;
  for (int t = 0; t < 4; ++t)
    workers.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const std::scoped_lock hold(m);
        ++counter;
      }
    });
  for (std::thread& w : workers) w.join();
  EXPECT_EQ(counter, 80'000);
}

TEST(Mutex, TimedLockGivesUpWhileHeld) {
  heddle::mutex m;
  const std::scoped_lock hold(m);
  std::thread([&] {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(m.try_lock_for(5ms));
    EXPECT_FALSE(m.try_lock_until(std::chrono::steady_clock::now() + 5ms));
    EXPECT_FALSE(m.try_lock_for(0ms));
    EXPECT_FALSE(m.try_lock_for(-1s));
    EXPECT_FALSE(m.try_lock_until(std::chrono::steady_clock::now() - 1s));
    EXPECT_GE(std::chrono::steady_clock::now() - start, 10ms);
  }).join();
}

TEST(Mutex, TimedLockSucceedsOnceFreed) {
  heddle::mutex m;
  m.lock();
  std::thread waiter([&] {
    EXPECT_TRUE(m.try_lock_for(std::chrono::hours::max()));
    m.unlock();
  });
  m.unlock();
  waiter.join();
}

// Whoever sees the lock free may destroy it: unlock must not read the object afterwards.
TEST(Mutex, MayBeDestroyedByTheNextHolder) {
  for (int i = 0; i < 2'000; ++i) {
    auto* m = new heddle::mutex;
    m->lock();
    std::thread next([m] {
      m->lock();
      m->unlock();
      delete m;
    });
    m->unlock();
    next.join();
  }
}

}  // namespace
