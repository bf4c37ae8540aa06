#include "tests/oracle/generate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "tests/oracle/agreement.hpp"
#include "tests/oracle/rc11.hpp"
#include "tests/oracle/vector.hpp"

namespace heddle::oracle {
namespace {

std::string line_of(std::uint64_t seed, std::uint64_t index) {
  const GeneratedProgram generated = generate(seed, index, rc11());
  return print_vector(generated.program, "rc11", generated.outcome);
}

TEST(Generate, SameSeedSameProgramOtherSeedOther) {
  EXPECT_EQ(line_of(3, 5), line_of(3, 5));
  EXPECT_NE(line_of(3, 5), line_of(3, 6));
  EXPECT_NE(line_of(3, 5), line_of(4, 5));
}

TEST(Generate, LinesAreVectorsThatAgree) {
  for (std::uint64_t index = 0; index < 50; ++index) {
    const TestVector vector = parse_vector(line_of(1, index));
    const Agreement agreement = compare(enumerate(vector.program, rc11()), vector.cpp20);
    EXPECT_TRUE(agreement.all()) << vector.program.name << ": " << agreement.difference;
  }
}

struct Seen {
  std::array<std::size_t, std::variant_size_v<decltype(Operation::action)>> operations{};
  std::set<Order> orders;

  void visit(const Block& block) {
    for (const Operation& operation : block) {
      ++operations[operation.action.index()];
      if (const auto* load = std::get_if<Load>(&operation.action)) orders.insert(load->order);
      if (const auto* store = std::get_if<Store>(&operation.action)) orders.insert(store->order);
      if (const auto* rmw = std::get_if<Rmw>(&operation.action)) orders.insert(rmw->order);
      if (const auto* branch = std::get_if<If>(&operation.action)) {
        visit(branch->then_block);
        visit(branch->else_block);
      }
    }
  }
};

TEST(Generate, EverythingOccursWithinTheBounds) {
  Seen seen;
  std::size_t racy = 0;
  std::size_t race_free_with_data = 0;
  std::set<std::size_t> thread_counts;
  for (std::uint64_t index = 0; index < 300; ++index) {
    const GeneratedProgram generated = generate(2, index, rc11());
    for (const Thread& thread : generated.program.threads) seen.visit(thread.body);
    thread_counts.insert(generated.program.threads.size());
    EXPECT_LE(count_operations(generated.program), 12U);
    const bool with_data = !generated.program.locations.front().atomic;
    racy += generated.outcome.racy ? 1U : 0U;
    race_free_with_data += with_data && !generated.outcome.racy ? 1U : 0U;
  }
  for (const std::size_t count : seen.operations) EXPECT_GT(count, 30U);
  EXPECT_EQ(seen.orders.size(), 6U);
  EXPECT_EQ(thread_counts, (std::set<std::size_t>{2, 3, 4}));
  EXPECT_GT(racy, 10U);
  EXPECT_GT(race_free_with_data, 10U);
}

}  // namespace
}  // namespace heddle::oracle
