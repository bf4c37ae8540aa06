// RC11 against theorems about it.
#include "tests/oracle/rc11.hpp"

#include <gtest/gtest.h>

#include <variant>

#include "tests/oracle/generate.hpp"
#include "tests/oracle/sc.hpp"

namespace heddle::oracle {
namespace {

void make_sequential(Block& block) {
  for (Operation& operation : block) {
    if (auto* load = std::get_if<Load>(&operation.action)) load->order = Order::sc;
    if (auto* store = std::get_if<Store>(&operation.action)) store->order = Order::sc;
    if (auto* rmw = std::get_if<Rmw>(&operation.action)) rmw->order = Order::sc;
    if (auto* cas = std::get_if<Cas>(&operation.action)) cas->success = cas->failure = Order::sc;
    if (auto* branch = std::get_if<If>(&operation.action)) {
      make_sequential(branch->then_block);
      make_sequential(branch->else_block);
    }
  }
}

TEST(Rc11, OfScAccessesOnlyIsSequentialConsistency) {
  for (std::uint64_t index = 0; index < 250; ++index) {
    Program program = generate(13, index, rc11()).program;
    for (Thread& thread : program.threads) make_sequential(thread.body);
    const Outcome weak = enumerate(program, rc11());
    const Outcome strong = enumerate(program, sequential_consistency());
    EXPECT_EQ(weak.states, strong.states) << program.name;
    EXPECT_EQ(weak.executions, strong.executions) << program.name;
  }
}

TEST(Rc11, AllowsWhateverScDoes) {
  std::size_t weaker = 0;
  for (std::uint64_t index = 0; index < 250; ++index) {
    const GeneratedProgram generated = generate(17, index, rc11());
    const Outcome strong = enumerate(generated.program, sequential_consistency());
    for (const auto& state : strong.states) {
      EXPECT_EQ(generated.outcome.states.count(state), 1U) << generated.program.name;
    }
    EXPECT_LE(strong.executions, generated.outcome.executions) << generated.program.name;
    EXPECT_LE(strong.racy, generated.outcome.racy) << generated.program.name;
    weaker += generated.outcome.executions > strong.executions ? 1U : 0U;
  }
  EXPECT_GT(weaker, 40U);
}

}  // namespace
}  // namespace heddle::oracle
