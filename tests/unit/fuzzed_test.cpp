// Executions that follow a fuzzer's bytes, against the exhaustive search.
#include "checker/explore/random/fuzzed.hpp"

#include <gtest/gtest.h>

#include <random>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/models/rc11.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Ending;
using explore::Fuzzed;
using Outcomes = std::set<std::vector<Values>>;
using Coverage = std::set<std::uint64_t>;

const std::vector<Thread> mixed = {
    {store(0, 1), load(1)},
    {store(1, 1), load(0), lock(2), load(3), store_next(3), unlock(2)},
    {choose(2), lock(2), load(3), store_next(3), unlock(2)},
};

// Inputs of random bytes, each of them twice.
class RandomInputs final : public explore::InputSource {
 public:
  // Of records with these first bytes, modulo 8.
  RandomInputs(std::vector<std::uint8_t> kinds, int inputs) : kinds_(std::move(kinds)), left_(2 * inputs) {}
  bool next(explore::FuzzInput& input) override {
    if (left_ == 0) return false;
    if (--left_ % 2 == 1) draw();
    input = {scenario_, schedule_};
    now_.clear();
    return true;
  }
  void happened(std::uint64_t what) override { now_.insert(what); }
  void done() override { coverage.push_back(now_); }

  std::vector<Coverage> coverage;  // of each execution

 private:
  void draw() {
    scenario_ = {static_cast<std::uint8_t>(random_())};
    schedule_.clear();
    for (std::uint64_t n = random_() % 8; n > 0; --n) {
      const std::uint64_t bits = random_();
      schedule_.push_back(static_cast<std::uint8_t>(kinds_[bits % kinds_.size()] + 8 * (bits >> 8U & 31U)));
      schedule_.push_back(static_cast<std::uint8_t>(bits >> 16U) % 12);
      schedule_.push_back(static_cast<std::uint8_t>(bits >> 24U));
    }
  }

  std::vector<std::uint8_t> kinds_;
  int left_;
  std::mt19937_64 random_{1};
  std::vector<std::uint8_t> scenario_;
  std::vector<std::uint8_t> schedule_;
  Coverage now_;
};

struct Ran {
  std::vector<std::vector<Values>> outcomes;
  std::vector<Coverage> coverage;
};

Ran run(std::vector<std::uint8_t> kinds, int inputs) {
  models::Rc11 model;
  RandomInputs source(std::move(kinds), inputs);
  Fuzzed strategy(source);
  explore::RandomExplorer explorer(model, strategy, {});
  ScriptHost host(mixed);
  Ran ran;
  while (explorer.next_execution()) {
    const Ending ending = host.run(explorer);
    if (ran.outcomes.size() == static_cast<std::size_t>(2 * inputs)) break;  // there is no input any more
    EXPECT_EQ(ending, Ending::complete);
    ran.outcomes.push_back(host.outcome());
  }
  ran.coverage = std::move(source.coverage);
  return ran;
}

Outcomes all_outcomes() {
  models::Rc11 model;
  explore::ExhaustiveExplorer explorer(model, {});
  ScriptHost host(mixed);
  Outcomes outcomes;
  while (explorer.next_execution()) {
    if (host.run(explorer) == Ending::complete) outcomes.insert(host.outcome());
  }
  return outcomes;
}

class EveryPolicy : public testing::TestWithParam<std::vector<std::uint8_t>> {};

TEST_P(EveryPolicy, ReachesWhatTheExhaustiveSearchFindsAndNothingElse) {
  const Ran ran = run(GetParam(), 5000);
  EXPECT_EQ(Outcomes(ran.outcomes.begin(), ran.outcomes.end()), all_outcomes());
}

TEST_P(EveryPolicy, AnInputSaysEverything) {
  const Ran ran = run(GetParam(), 300);
  ASSERT_EQ(ran.outcomes.size(), 600U);
  ASSERT_EQ(ran.coverage.size(), 600U);
  for (std::size_t i = 0; i < ran.outcomes.size(); i += 2) {
    EXPECT_EQ(ran.outcomes[i], ran.outcomes[i + 1]) << "input " << i / 2;
    EXPECT_EQ(ran.coverage[i], ran.coverage[i + 1]) << "input " << i / 2;
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzzed, EveryPolicy,
                         testing::Values(std::vector<std::uint8_t>{0, 1, 2, 3},  // records alone
                                         std::vector<std::uint8_t>{0, 3, 5},     // with a random walk
                                         std::vector<std::uint8_t>{0, 3, 6},     // with POS
                                         std::vector<std::uint8_t>{0, 3, 7},     // with priorities
                                         std::vector<std::uint8_t>{0, 3, 4, 5, 6, 7}));

}  // namespace
}  // namespace heddle::test
