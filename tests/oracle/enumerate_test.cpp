// The enumerator against closed forms, and against itself without pruning.
#include "tests/oracle/enumerate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/generate.hpp"
#include "tests/oracle/rc11.hpp"
#include "tests/oracle/sc.hpp"

namespace heddle::oracle {
namespace {

Store store_of(std::size_t location, Value value, Order order = Order::rlx) {
  return {location, order, {std::nullopt, false, value}};
}

Thread thread_of(Block body, std::size_t registers) {
  Thread thread{std::move(body), {}, {}};
  for (std::size_t i = 0; i < registers; ++i) {
    thread.registers.push_back(std::to_string(i));
    thread.initial_registers.push_back(0);
  }
  return thread;
}

Program program_of(std::size_t locations, std::vector<Thread> threads) {
  Program program;
  for (std::size_t i = 0; i < locations; ++i) program.locations.push_back({std::to_string(i), true, 0});
  program.threads = std::move(threads);
  return program;
}

std::uint64_t factorial(std::uint64_t n) { return n == 0 ? 1 : n * factorial(n - 1); }

TEST(ClosedForm, ReadersOfOneStore) {
  for (std::size_t n = 1; n <= 5; ++n) {
    std::vector<Thread> threads{thread_of({{store_of(0, 1)}}, 0)};
    for (std::size_t i = 0; i < n; ++i) threads.push_back(thread_of({{Load{0, Order::rlx, 0}}}, 1));
    EXPECT_EQ(enumerate(program_of(1, threads), rc11()).executions, std::uint64_t{1} << n);
  }
}

TEST(ClosedForm, AtomicIncrements) {
  for (std::size_t n = 1; n <= 4; ++n) {
    const Rmw increment{RmwKind::add, 0, Order::rlx, {std::nullopt, false, 1}, 0};
    const std::vector<Thread> threads(n, thread_of({{increment}}, 1));
    EXPECT_EQ(enumerate(program_of(1, threads), rc11()).executions, factorial(n));
  }
}

TEST(ClosedForm, Writers) {
  for (std::size_t n = 1; n <= 5; ++n) {
    std::vector<Thread> threads{thread_of({{Load{0, Order::rlx, 0}}}, 1)};
    for (std::size_t i = 0; i < n; ++i)
      threads.push_back(thread_of({{store_of(0, static_cast<Value>(i) + 1)}}, 0));
    EXPECT_EQ(enumerate(program_of(1, threads), rc11()).executions, factorial(n) * (n + 1));
  }
}

TEST(ClosedForm, IndependentStoreBuffers) {
  for (std::size_t pairs = 1; pairs <= 3; ++pairs) {
    std::vector<Thread> threads;
    for (std::size_t i = 0; i < pairs; ++i) {
      threads.push_back(thread_of({{store_of(2 * i, 1)}, {Load{2 * i + 1, Order::rlx, 0}}}, 1));
      threads.push_back(thread_of({{store_of(2 * i + 1, 1)}, {Load{2 * i, Order::rlx, 0}}}, 1));
    }
    const Program program = program_of(2 * pairs, threads);
    EXPECT_EQ(enumerate(program, rc11()).executions, std::uint64_t{1} << (2 * pairs));
    EXPECT_EQ(enumerate(program, sequential_consistency()).executions, pairs == 1   ? 3U
                                                                       : pairs == 2 ? 9U
                                                                                    : 27U);
  }
}

TEST(Enumerate, LimitIsKept) {
  const std::vector<Thread> threads(4, thread_of({{store_of(0, 1)}, {store_of(0, 2)}}, 0));
  EXPECT_THROW(enumerate(program_of(1, threads), rc11(), {Pruning::prefixes, 100}), TooLarge);
}

TEST(Enumerate, PruningChangesNothing) {
  std::size_t compared = 0;
  for (std::uint64_t index = 0; index < 200; ++index) {
    for (const Model& model : {rc11(), sequential_consistency()}) {
      const GeneratedProgram generated = generate(7, index, model);
      try {
        const Outcome plain = enumerate(generated.program, model, {Pruning::none, 20'000});
        EXPECT_EQ(plain.states, generated.outcome.states) << generated.program.name;
        EXPECT_EQ(plain.executions, generated.outcome.executions) << generated.program.name;
        EXPECT_EQ(plain.racy, generated.outcome.racy) << generated.program.name;
        ++compared;
      } catch (const TooLarge&) {
        continue;
      }
    }
  }
  EXPECT_GT(compared, 250U);
}

}  // namespace
}  // namespace heddle::oracle
