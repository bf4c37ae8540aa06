// Order is happens-before. A clock on the wall gives other verdicts, wrong in both directions.
#include <atomic>
#include <chrono>
#include <heddle/gtest.hpp>
#include <heddle/verify.hpp>

#include "specifications.hpp"

namespace {

template <class Object, class Specification = specification::Register>
heddle::VerifyResult verify_register(heddle::VerifyOptions options = {}) {
  options.random_scenarios = 0;
  options.bounds = {2, 2, 0, 0};
  options.budget = std::chrono::minutes(30);  // of wall time, which says how busy the machine is
  return heddle::verify<Object, Specification>(
      heddle::operation(
          "write", [](auto& r, int value) { r.write(value); }, heddle::values(1, 2)),
      heddle::operation("read", [](auto& r) { return r.read(); }), options);
}

struct RelaxedRegister {
  std::atomic<int> value{0};
  void write(int v) { value.store(v, std::memory_order_relaxed); }
  int read() const { return value.load(std::memory_order_relaxed); }
};

// In some execution a write returns first and a read called later still sees the old value. Nobody can know
// that the write was over: the register is one. By the clock it would not be.
TEST(WallClock, WouldAccuseARelaxedRegister) {
  const heddle::VerifyResult result = verify_register<RelaxedRegister>();
  EXPECT_HEDDLE(result);
  EXPECT_EQ(result.verdict, heddle::Verdict::verified);

  // Such executions exist.
  heddle::CheckOptions to_the_end;
  to_the_end.strategy = heddle::Strategy::exhaustive;
  to_the_end.budget = std::chrono::minutes(30);
  const heddle::CheckResult stale = heddle::check(
      [] {
        RelaxedRegister r;
        std::atomic<bool> written{false};
        std::thread writer([&] {
          r.write(1);
          written.store(true, std::memory_order_relaxed);
        });
        std::thread reader([&] {
          if (written.load(std::memory_order_relaxed)) heddle::observe(r.read());
        });
        writer.join();
        reader.join();
      },
      to_the_end);
  bool seen = false;
  for (const heddle::Outcome& outcome : stale.outcomes) seen = seen || outcome.text == "0";
  EXPECT_TRUE(seen);
}

// A pair of registers that is not one object: each thread sees its own write and not yet the other's.
struct RelaxedSnapshot {
  std::atomic<int> cells[2] = {0, 0};
  void update(int cell, int value) { cells[cell].store(value, std::memory_order_relaxed); }
  std::array<int, 2> scan() const {
    return {cells[0].load(std::memory_order_relaxed), cells[1].load(std::memory_order_relaxed)};
  }
};

// The usual clock is a counter that every call and return advances. It orders the operations it only means to
// date, and the reordering it should catch is gone.
struct ClockedSnapshot : RelaxedSnapshot {
  mutable std::atomic<int> clock{0};
  void update(int cell, int value) {
    clock.fetch_add(1);
    RelaxedSnapshot::update(cell, value);
    clock.fetch_add(1);
  }
  std::array<int, 2> scan() const {
    clock.fetch_add(1);
    const std::array<int, 2> seen = RelaxedSnapshot::scan();
    clock.fetch_add(1);
    return seen;
  }
};

template <class Object>
heddle::VerifyResult verify_store_buffering() {
  heddle::VerifyOptions options;
  options.executions = 50'000;
  options.budget = std::chrono::minutes(30);
  return heddle::verify<Object, specification::Snapshot>(
      heddle::operation(
          "update", [](auto& s, int cell, int value) { s.update(cell, value); }, heddle::values(0, 1),
          heddle::values(1)),
      heddle::operation("scan", [](auto& s) { return s.scan(); }),
      heddle::scenario("[update(0, 1); scan() | update(1, 1); scan()]"), options);
}

TEST(WallClock, WouldHideStoreBuffering) {
  EXPECT_HEDDLE_FINDS("HED020", verify_store_buffering<RelaxedSnapshot>());
  const heddle::VerifyResult clocked = verify_store_buffering<ClockedSnapshot>();
  EXPECT_HEDDLE(clocked);
  EXPECT_EQ(clocked.verdict, heddle::Verdict::verified);
}

}  // namespace
