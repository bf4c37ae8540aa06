// The axioms of x86-TSO against the machine with store buffers: the same states and the same executions.
#include "tests/oracle/tso.hpp"

#include <gtest/gtest.h>

#include "tests/oracle/generate.hpp"
#include "tests/oracle/rc11.hpp"
#include "tests/oracle/sc.hpp"
#include "tests/oracle/store_buffers.hpp"

namespace heddle::oracle {
namespace {

// How many of the random programs the machine and the model disagree on. Racy programs count too: the machine
// knows nothing of races.
std::size_t disagreements(const Model& model, std::uint64_t seed, std::uint64_t count) {
  std::size_t different = 0;
  for (std::uint64_t index = 0; index < count; ++index) {
    const GeneratedProgram generated = generate(seed, index, tso());
    const Outcome axioms = enumerate(generated.program, model);
    const MachineOutcome machine = run_with_store_buffers(generated.program);
    if (machine.states != axioms.states || machine.executions != axioms.executions) ++different;
  }
  return different;
}

TEST(Tso, AxiomsAndMachineAgree) { EXPECT_EQ(disagreements(tso(), 21, 300), 0U); }

TEST(Tso, EveryAxiomIsNoticed) {
  for (const TsoAxiom axiom : {TsoAxiom::uniproc, TsoAxiom::atomicity, TsoAxiom::locked_drain,
                               TsoAxiom::store_drain, TsoAxiom::fence_drain, TsoAxiom::order}) {
    EXPECT_GT(disagreements(tso(axiom), 22, 150), 0U) << static_cast<int>(axiom);
  }
}

// The mapping of C++ to x86 is correct: the processor does nothing RC11 forbids, and everything SC allows.
TEST(Tso, LiesBetweenScAndRc11) {
  for (std::uint64_t index = 0; index < 300; ++index) {
    const GeneratedProgram generated = generate(23, index, tso());
    if (generated.outcome.racy) continue;
    const Outcome weaker = enumerate(generated.program, rc11());
    const Outcome stronger = enumerate(generated.program, sequential_consistency());
    for (const auto& state : generated.outcome.states) EXPECT_TRUE(weaker.states.contains(state));
    for (const auto& state : stronger.states) EXPECT_TRUE(generated.outcome.states.contains(state));
    EXPECT_LE(stronger.executions, generated.outcome.executions);
    EXPECT_LE(generated.outcome.executions, weaker.executions);
  }
}

}  // namespace
}  // namespace heddle::oracle
