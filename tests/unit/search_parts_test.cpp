// Searches that are interrupted, shared and estimated, against the same search undisturbed: every count is
// equal.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>

#include "checker/explore/exhaustive/estimating_explorer.hpp"
#include "checker/explore/exhaustive/parts_estimate.hpp"
#include "checker/models/rc11.hpp"
#include "tests/unit/script_host.hpp"

namespace heddle::test {
namespace {

using explore::Counts;
using explore::EstimatingExplorer;
using explore::ExhaustiveExplorer;
using explore::ExhaustiveOptions;
using explore::Ground;
using explore::Part;
using explore::ProbingExplorer;
using Parts = kernel::Vector<Part>;
using Program = std::vector<Thread>;

std::string text(const Counts& c) {
  return std::to_string(c.executions) + " executions, " + std::to_string(c.complete) + " complete, " +
         std::to_string(c.blocked) + " blocked, " + std::to_string(c.cut) + " cut, " +
         std::to_string(c.operations) + " operations";
}

void add(Counts& sum, const Counts& c) {
  sum.executions += c.executions;
  sum.complete += c.complete;
  sum.blocked += c.blocked;
  sum.cut += c.cut;
  sum.operations += c.operations;
}

void subtract(Counts& sum, const Counts& c) {
  sum.executions -= c.executions;
  sum.complete -= c.complete;
  sum.blocked -= c.blocked;
  sum.cut -= c.cut;
  sum.operations -= c.operations;
}

struct Case {
  const char* name;
  Program program;
  ExhaustiveOptions options;
};

Program copies(std::size_t n, const Thread& thread) {
  Program program(n + 1, thread);
  program[0].clear();
  return program;
}

ExhaustiveOptions without_reductions() {
  ExhaustiveOptions options;
  options.reductions.waiting_locks = false;
  return options;
}

Program store_buffering(kernel::LocationId pairs) {
  Program program(1);
  for (kernel::LocationId k = 0; k < pairs; ++k) {
    program.push_back({store(2 * k, 1), load(2 * k + 1)});
    program.push_back({store(2 * k + 1, 1), load(2 * k)});
  }
  return program;
}

Program writers_and_readers() {
  return {{},
          {store(0, 1), load(1)},
          {store(0, 2), store(1, 1)},
          {load(0), load(1), store(1, 2)},
          {load(1), load(0)}};
}

// In the first execution nobody reads location 2.
Program stores_read_late() {
  const auto maybe_read = [](const Values& got) { return load_of(got.back() == 1 ? 2 : 3, {}); };
  return {
      {}, {store(2, 1), load(0)}, {load(0), store(2, 2)}, {load(1), maybe_read}, {store(0, 1), store(1, 1)}};
}

std::vector<Case> cases() {
  const auto sc = kernel::Order::seq_cst;
  return {
      {"increments", copies(5, {test::add(0, 1)}), {}},
      {"locks", copies(4, {lock(0), load(1), store_next(1), unlock(0)}), {}},
      {"locks, parked", copies(4, {lock(0), load(1), store_next(1), unlock(0)}), without_reductions()},
      {"store buffering", store_buffering(3), {}},
      {"writers and readers", writers_and_readers(), {}},
      {"choices",
       {{}, {choose(3), store(0, 1), choose(2)}, {load(0), store(1, 1)}, {load(1), choose(2)}},
       {}},
      {"awaits", {{}, {store(0, 1), store(1, 1)}, {await_equal(1, 1), load(0)}, {store(0, 2), load(1)}}, {}},
      {"seq_cst",
       {{}, {store(0, 1, sc), load(1, sc)}, {store(1, 1, sc), load(0, sc)}, {load(0, sc), load(1, sc)}},
       {}},
      {"two locks",
       {{}, {lock(0), lock(1), unlock(1), unlock(0)}, {lock(1), lock(0), unlock(0), unlock(1)}},
       {}},
      {"unread stores",
       {{}, {store(2, 1), load(0)}, {store(0, 1), store(2, 2)}, {store(2, 3), store(0, 2)}, {load(0)}},
       {}},
      {"stores read late", stores_read_late(), {}},
      {"more threads than there is room for at first", copies(9, {load(0)}), {}},
  };
}

class SearchParts : public testing::TestWithParam<std::size_t> {
 protected:
  const Case case_ = cases()[GetParam()];

  Counts undisturbed() {
    models::Rc11 model;
    ExhaustiveExplorer explorer(model, case_.options);
    ScriptHost host(case_.program);
    while (explorer.next_execution()) host.run(explorer);
    return explorer.counts();
  }
};

// What is saved goes through its written form.
Parts written_and_read(const Parts& parts) {
  Parts result;
  for (const Part& part : parts) {
    explore::Bytes bytes;
    explore::put_part(bytes, part);
    const std::uint8_t* at = bytes.data();
    Part read;
    EXPECT_TRUE(explore::take_part(at, bytes.data() + bytes.size(), read));
    EXPECT_EQ(at, bytes.data() + bytes.size());
    result.push_back(read);
  }
  return result;
}

TEST_P(SearchParts, InterruptedAnywhereItCountsTheSame) {
  const Counts whole = undisturbed();
  std::mt19937_64 dice(GetParam() + 1);
  for (int round = 0; round < 20; ++round) {
    Parts parts(1);
    Ground ground;
    Counts counts;
    while (!parts.empty()) {
      models::Rc11 model;
      ExhaustiveExplorer explorer(model, case_.options);
      ScriptHost host(case_.program);
      explorer.take_up(ground, {parts.data(), parts.size()}, counts);
      for (std::uint64_t left = dice() % 20 + 1; left > 0 && explorer.next_execution(); --left) {
        EXPECT_NE(host.run(explorer), explore::Ending::diverged);
      }
      // Half of the time in the middle of an execution.
      if (dice() % 2 == 0 && explorer.next_execution()) host.run(explorer, dice() % 12);
      Parts rest;
      explorer.walk().rest(rest);
      parts = written_and_read(rest);
      ground = explorer.ground();
      counts = explorer.counts();
    }
    ASSERT_EQ(text(counts), text(whole));
  }
}

// Every execution is in exactly one shard, also when the shards are interrupted.
TEST_P(SearchParts, ShardsTogetherCountTheSame) {
  const Counts whole = undisturbed();
  std::mt19937_64 dice(GetParam() + 7);
  for (const std::uint32_t shards : {1U, 2U, 3U, 7U}) {
    Counts sum;
    std::uint64_t division = 0;
    for (std::uint32_t share = 0; share < shards; ++share) {
      ExhaustiveOptions options = case_.options;
      options.share = share;
      options.shares = shards;
      Parts parts(1);
      Ground ground;
      Counts counts;
      std::uint64_t mine = 0;
      while (!parts.empty()) {
        models::Rc11 model;
        ExhaustiveExplorer explorer(model, options);
        ScriptHost host(case_.program);
        explorer.take_up(ground, {parts.data(), parts.size()}, counts);
        for (std::uint64_t left = dice() % 3000 + 500; left > 0 && explorer.next_execution(); --left) {
          EXPECT_NE(host.run(explorer), explore::Ending::diverged);
        }
        Parts rest;
        explorer.walk().rest(rest);
        parts = written_and_read(rest);
        ground = explorer.ground();
        counts = explorer.walk().dividing() ? Counts() : explorer.counts();
        if (explorer.walk().division() != 0) mine = explorer.walk().division();
      }
      if (share != 0) {
        EXPECT_EQ(mine, division);
      }
      division = mine;
      add(sum, counts);
    }
    EXPECT_EQ(text(sum), text(whole)) << shards << " shards";
  }
}

// Some workers, each with a few steps at a time, in random order; whoever has work gives away the shallowest
// of it. Now and then one dies, and what it had since it last told is explored again.
TEST_P(SearchParts, SharedByWorkersThatDieItCountsTheSame) {
  const Counts whole = undisturbed();
  for (const std::size_t workers : {1U, 2U, 3U, 5U}) {
    std::mt19937_64 dice(GetParam() * 10 + workers);
    Ground ground;
    {
      // Room for all threads is found before the work is shared.
      models::Rc11 model;
      ExhaustiveExplorer explorer(model, case_.options);
      ScriptHost host(case_.program);
      while (explorer.next_execution()) host.run(explorer);
      ground = explorer.ground();
    }
    Parts queue(1);
    Counts counts;
    int deaths = 0;
    struct Worker {
      Parts told;      // what it is known to have
      Counts counted;  // what it told of
      std::unique_ptr<models::Rc11> model;
      std::unique_ptr<ExhaustiveExplorer> explorer;
      std::unique_ptr<ScriptHost> host;
    };
    std::vector<Worker> all(workers);
    const auto busy = [](const Worker& w) { return w.explorer != nullptr; };
    while (!queue.empty() || std::any_of(all.begin(), all.end(), busy)) {
      Worker& w = all[dice() % workers];
      if (!busy(w)) {
        if (queue.empty()) continue;
        w.told.assign(1, queue.back());
        queue.pop_back();
        w.model = std::make_unique<models::Rc11>();
        w.explorer = std::make_unique<ExhaustiveExplorer>(*w.model, case_.options);
        w.host = std::make_unique<ScriptHost>(case_.program);
        w.explorer->take_up(ground, {w.told.data(), w.told.size()}, {});
        w.counted = {};
      }
      for (std::uint64_t left = dice() % 8; left > 0 && w.explorer->next_execution(); --left) {
        EXPECT_NE(w.host->run(*w.explorer), explore::Ending::diverged);
      }
      if (deaths < 40 && dice() % 4 == 0) {
        ++deaths;
        for (const Part& part : w.told) queue.push_back(part);
        w.explorer.reset();
        continue;
      }
      Part given;
      while (dice() % 2 == 0 && w.explorer->walk().give(given)) queue.push_back(given);
      add(counts, w.explorer->counts());
      subtract(counts, w.counted);
      w.counted = w.explorer->counts();
      Parts rest;
      w.explorer->walk().rest(rest);
      w.told = written_and_read(rest);
      if (w.told.empty()) w.explorer.reset();
    }
    ASSERT_EQ(text(counts), text(whole)) << workers << " workers";
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, SearchParts, testing::Range<std::size_t>(0, cases().size()));

TEST(SearchPart, DamagedIsNotTaken) {
  Part part;
  part.whole = false;
  part.way = {{3, 2}, {1, 0}};
  part.pushed = 4;
  part.begin = 1;
  part.end = 6;
  explore::Bytes bytes;
  explore::put_part(bytes, part);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::uint8_t* at = bytes.data();
    Part read;
    EXPECT_FALSE(explore::take_part(at, bytes.data() + length, read)) << length;
  }
  part.end = 7;  // more than there are
  bytes.clear();
  explore::put_part(bytes, part);
  const std::uint8_t* at = bytes.data();
  EXPECT_FALSE(explore::take_part(at, bytes.data() + bytes.size(), part));
}

// A part of another program, or of one that does not repeat itself, is noticed and not searched.
TEST(SearchPart, OfAnotherProgramIsLost) {
  models::Rc11 model;
  ExhaustiveExplorer explorer(model, {});
  ScriptHost host(writers_and_readers());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(explorer.next_execution());
    host.run(explorer);
  }
  Parts rest;
  explorer.walk().rest(rest);
  ExhaustiveExplorer other(model, {});
  ScriptHost other_host(store_buffering(2));
  other.take_up(explorer.ground(), {rest.data(), rest.size()}, {});
  explore::Ending ending = explore::Ending::none;
  while (ending != explore::Ending::diverged && other.next_execution()) ending = other_host.run(other);
  EXPECT_EQ(ending, explore::Ending::diverged);
}

explore::Estimate estimate_of(const Program& program, std::uint64_t executions_before, std::uint64_t seed,
                              const ExhaustiveOptions& options = {}) {
  models::Rc11 model;
  models::Rc11 second_model;
  ExhaustiveExplorer search(model, options);
  ProbingExplorer prober(second_model, options, seed);
  EstimatingExplorer explorer(search, prober);
  ScriptHost host(program);
  while (explorer.next_execution()) {
    host.run(explorer);
    if (search.counts().executions == executions_before) {
      explorer.estimate_now();
      while (explorer.next_execution() && std::string_view(explorer.phase()) == "estimate")
        host.run(explorer);
      break;
    }
  }
  return explorer.estimate();
}

// Stores are explored in all orders.
ExhaustiveOptions ordered() {
  ExhaustiveOptions options;
  options.reductions.unread = false;
  return options;
}

double factorial(std::uint64_t n) { return n < 2 ? 1 : static_cast<double>(n) * factorial(n - 1); }

TEST(Estimate, OfOrdersOfStoresIsExact) {
  for (std::uint64_t n = 4; n <= 9; ++n) {
    Program program(1);
    for (std::uint64_t i = 1; i <= n; ++i) program.push_back({store(0, i)});
    const auto estimate = estimate_of(program, 3, n, ordered());
    EXPECT_NEAR(estimate.executions, factorial(n), 0.5);
    EXPECT_EQ(estimate.spread, 0);
  }
}

// The spread is two standard errors of a distribution with a long tail: most estimates are within it, and
// none is far off.
TEST(Estimate, OfClosedFormsIsWithinItsSpread) {
  const auto check = [](const char* name, const Program& program, double truth) {
    int within = 0;
    int tried = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      for (const std::uint64_t before : {1U, 50U}) {
        const auto estimate = estimate_of(program, before, seed);
        ++tried;
        const double off = std::abs(estimate.executions - truth);
        within += off <= estimate.spread + 0.01 * truth ? 1 : 0;
        EXPECT_LE(estimate.executions, 2.5 * truth);
        EXPECT_GE(estimate.executions, truth / 2.5)
            << name << " after " << before << ", seed " << seed << ": " << estimate.executions << " +- "
            << estimate.spread << ", not " << truth;
      }
    }
    EXPECT_GE(within, tried * 6 / 10) << name;
  };
  check("4^4", store_buffering(4), 256);
  check("4^6", store_buffering(6), 4096);
  check("6!", copies(6, {test::add(0, 1)}), factorial(6));
  check("6! under a lock", copies(6, {lock(0), load(1), store_next(1), unlock(0)}), factorial(6));
}

// What is left of a search after so many executions, some of it given to others as single items.
Parts rest_of(ExhaustiveExplorer& search, const Program& program, std::uint64_t executions) {
  ScriptHost host(program);
  while (search.counts().executions < executions && search.next_execution()) host.run(search);
  Parts given;
  Part part;
  for (unsigned i = 0; i < 3 && search.walk().give(part); ++i) given.push_back(part);
  Parts parts;
  search.walk().rest(parts);
  parts.insert(parts.end(), given.begin(), given.end());
  return parts;
}

// What is done and what the parts are guessed to have is the whole search on average, wherever it is cut.
TEST(Estimate, OfThePartsOfASearchIsUnbiased) {
  const struct {
    const char* name;
    Program program;
  } programs[] = {{"4^5", store_buffering(5)},
                  {"6!", copies(6, {test::add(0, 1)})},
                  {"writers and readers", writers_and_readers()},
                  {"5! under a lock", copies(5, {lock(0), load(1), store_next(1), unlock(0)})}};
  for (const auto& [name, program] : programs) {
    models::Rc11 model;
    ExhaustiveExplorer whole(model, {});
    ScriptHost host(program);
    while (whole.next_execution()) host.run(whole);
    const auto truth = static_cast<double>(whole.counts().executions);
    for (const std::uint64_t done : {0U, 1U, 7U, 40U}) {
      models::Rc11 cut_model;
      models::Rc11 prober_model;
      ExhaustiveExplorer search(cut_model, {});
      const Parts parts = rest_of(search, program, done);
      ProbingExplorer prober(prober_model, {}, done + 1);
      const Ground ground = search.ground();
      explore::PartsEstimate estimate(prober, ground, parts, 5);
      while (estimate.next_execution(400)) host.run(prober);
      const double guessed = static_cast<double>(search.counts().executions) + estimate.result().executions;
      EXPECT_NEAR(guessed, truth, std::max(0.02 * truth, 2 * estimate.result().spread))
          << name << ", " << done;
      // One descent from the very beginning says little.
      EXPECT_LT(estimate.result().spread, (done == 0 ? 1 : 0.25) * truth) << name << ", " << done;
    }
  }
}

TEST(Estimate, DoesNotChangeTheCounts) {
  models::Rc11 model;
  models::Rc11 second_model;
  ExhaustiveExplorer search(model, {});
  ProbingExplorer prober(second_model, {}, 1);
  EstimatingExplorer explorer(search, prober);
  ScriptHost host(store_buffering(6));
  std::uint64_t runs = 0;
  for (; explorer.next_execution(); ++runs) host.run(explorer);
  EXPECT_EQ(explorer.counts().complete, 4096U);
  EXPECT_GT(runs, 4096U);  // some were descents
  EXPECT_EQ(explorer.estimate().executions, 4096);
  EXPECT_TRUE(explorer.verified());
}

}  // namespace
}  // namespace heddle::test
