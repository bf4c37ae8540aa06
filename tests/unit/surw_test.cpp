#include "checker/explore/random/surw.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace heddle::explore {
namespace {

using kernel::Operation;
using kernel::OperationKind;
using kernel::ThreadId;

Operation store_to(kernel::LocationId location) {
  Operation op;
  op.kind = OperationKind::store;
  op.location = location;
  return op;
}

Operation plain_store_to(std::uintptr_t address) {
  Operation op;
  op.kind = OperationKind::choose;
  op.operand = 1;
  op.plain = kernel::PlainAccess::write;
  op.plain_bytes = 4;
  op.site.object = address;
  return op;
}

Operation of_kind(OperationKind kind) {
  Operation op;
  op.kind = kind;
  return op;
}

// Thread 0 creates the others, one after the other; they run their scripts. Returns the order of the
// operations of threads 1 and up that `counts` says count, a letter each.
template <class Counts>
std::string run(Strategy& strategy, std::uint64_t number, const std::vector<std::vector<Operation>>& scripts,
                Counts&& counts) {
  const auto threads = static_cast<ThreadId>(scripts.size() + 1);
  const Operation spawn = of_kind(OperationKind::spawn);
  const Operation exit = of_kind(OperationKind::exit);
  std::vector<std::size_t> done(threads);
  std::vector<std::uint8_t> gives_up(threads);
  const auto next = [&](ThreadId t) -> const Operation* {
    if (t == 0) return done[0] < scripts.size() ? &spawn : &exit;
    return done[t] < scripts[t - 1].size() ? &scripts[t - 1][done[t]] : &exit;
  };
  std::vector<ThreadId> movable{0};
  std::vector<const Operation*> pending{next(0)};
  std::string order;
  std::uint32_t step = 0;
  strategy.begin(number);
  strategy.spawned(0);
  while (!movable.empty()) {
    const Situation s{movable, pending, gives_up, kernel::no_thread, false, step++};
    const ThreadId t = strategy.pick(s);
    const Operation* const op = pending[t];
    strategy.performed(t, *op, s);
    ++done[t];
    if (t != 0 && counts(*op)) order.push_back(static_cast<char>('a' + t - 1));
    if (op->kind == OperationKind::exit) {
      std::erase(movable, t);
      continue;
    }
    pending[t] = next(t);
    if (op->kind == OperationKind::spawn) {
      const auto child = static_cast<ThreadId>(pending.size());
      pending.push_back(next(child));
      movable.push_back(child);
      strategy.spawned(child);
    }
  }
  strategy.end(step);
  return order;
}

template <class Counts>
std::map<std::string, unsigned> histogram(const std::vector<std::vector<Operation>>& scripts,
                                          Counts&& counts) {
  Surw surw(7);
  std::map<std::string, unsigned> seen;
  for (std::uint64_t number = 1; number <= 4; ++number) run(surw, number, scripts, counts);  // it learns
  for (std::uint64_t number = 5; number < 3005; ++number) ++seen[run(surw, number, scripts, counts)];
  return seen;
}

// Threads that access one location 1, 2 and 3 times: 60 interleavings, 50 times each on average. A uniform
// walk is an order of magnitude off for the rarest.
TEST(Surw, InterleavingsOfTheInterestingAccessesAreEquallyLikely) {
  const Operation store = store_to(5);
  const auto seen = histogram({{store}, {store, store}, {store, store, store}},
                              [](const Operation& op) { return op.kind == OperationKind::store; });
  EXPECT_EQ(seen.size(), 60U);
  for (const auto& [order, times] : seen) {
    EXPECT_GT(times, 20U) << order;
    EXPECT_LT(times, 90U) << order;
  }
}

// What is not shared does not count, however often it is accessed.
TEST(Surw, PrivateAccessesDoNotSkewTheChoice) {
  const Operation shared = plain_store_to(0x1000);
  std::vector<Operation> busy(40, plain_store_to(0x2000));
  busy.push_back(shared);
  const auto seen = histogram({busy, {shared}}, [](const Operation& op) {
    return op.plain != kernel::PlainAccess::none && op.site.object == 0x1000;
  });
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_GT(seen.at("ab"), 1300U);
  EXPECT_GT(seen.at("ba"), 1300U);
}

// Nothing shared: a random walk, not a standstill.
TEST(Surw, RunsProgramsThatShareNothing) {
  const auto seen = histogram({{store_to(1)}, {store_to(2)}},
                              [](const Operation& op) { return op.kind == OperationKind::store; });
  EXPECT_EQ(seen.size(), 2U);
}

}  // namespace
}  // namespace heddle::explore
