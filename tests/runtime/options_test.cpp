#include "checker/explore/options.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heddle::explore {
namespace {

std::string error_of(const char* text) {
  Options options;
  const char* where = "";
  const char* const error = parse_options(text, options, &where);
  return error == nullptr ? "" : std::string(error) + " at " + where;
}

TEST(Options, EveryKeyIsRead) {
  Options o;
  const char* where = "";
  ASSERT_EQ(parse_options(
                "run=replay:result=/r:strategy=pct:model=sc:seed=18446744073709551615:budget_ms=7:"
                "max_executions=8:max_events=9:max_threads=10:pct_depth=11:keep_going=1:minimize=0:token=t:"
                "trace=1:isolation=fork:leaks=1:spurious=1:reductions=0:races=ignore:plain_points=1",
                o, &where),
            nullptr);
  EXPECT_EQ(o.run, Run::replay);
  EXPECT_STREQ(o.result, "/r");
  EXPECT_EQ(o.strategy, Search::pct);
  EXPECT_EQ(o.model, ModelName::sc);
  EXPECT_EQ(o.seed, UINT64_MAX);
  EXPECT_EQ(o.budget_ms, 7U);
  EXPECT_EQ(o.max_executions, 8U);
  EXPECT_EQ(o.max_events, 9U);
  EXPECT_EQ(o.max_threads, 10U);
  EXPECT_EQ(o.pct_depth, 11U);
  EXPECT_STREQ(o.token, "t");
  EXPECT_EQ(o.isolation, Isolation::fork);
  EXPECT_TRUE(o.keep_going && o.trace && o.leaks && o.spurious && o.plain_points);
  EXPECT_FALSE(o.minimize || o.reductions || o.check_races);
}

TEST(Options, ReductionsAreSwitchedOffByName) {
  Options o;
  const char* where = "";
  ASSERT_EQ(parse_options("no_reduction=spins,barriers", o, &where), nullptr);
  EXPECT_TRUE(o.allowed.waiting_locks && o.allowed.symmetry);
  EXPECT_FALSE(o.allowed.barriers || o.allowed.spin_in_place);
  ASSERT_EQ(parse_options("no_reduction=mutexes:no_reduction=symmetry", o, &where), nullptr);
  EXPECT_FALSE(o.allowed.waiting_locks || o.allowed.symmetry);
  for (const char* wrong :
       {"no_reduction=", "no_reduction=lock", "no_reduction=spins,", "no_reduction=spin"}) {
    EXPECT_STREQ(parse_options(wrong, o, &where), "names a reduction that does not exist") << wrong;
  }
}

TEST(Options, ColonsAndBackslashesAreEscaped) {
  Options o;
  const char* where = "";
  ASSERT_EQ(parse_options(R"(run=check:result=/a\:b\\c:seed=2)", o, &where), nullptr);
  EXPECT_STREQ(o.result, R"(/a:b\c)");
  EXPECT_EQ(o.seed, 2U);
}

TEST(Options, ALaterPairWins) {
  Options o;
  const char* where = "";
  ASSERT_EQ(parse_options("isolation=auto:isolation=fork", o, &where), nullptr);
  EXPECT_EQ(o.isolation, Isolation::fork);
}

TEST(Options, NothingAsksForNothing) {
  Options o;
  const char* where = "";
  ASSERT_EQ(parse_options("", o, &where), nullptr);
  EXPECT_EQ(o.run, Run::none);
}

TEST(Options, TheFirstUnknownKeyIsRemembered) {
  Options o;
  const char* where = "";
  ASSERT_EQ(parse_options("colour=red:shape=round:seed=3", o, &where), nullptr);
  EXPECT_STREQ(o.unknown_key, "colour");
  EXPECT_EQ(o.seed, 3U);
}

TEST(Options, MistakesAreNamedWithTheirPlace) {
  EXPECT_EQ(error_of("seed=1:budget_ms=ten"), "not a number, or too large at budget_ms=ten");
  EXPECT_EQ(error_of("max_threads=4294967296"), "not a number, or too large at max_threads=4294967296");
  EXPECT_EQ(error_of("trace=yes"), "must be 0 or 1 at trace=yes");
  EXPECT_EQ(error_of("model=tsx"), "unknown value at model=tsx");
  EXPECT_EQ(error_of("seed"), "not of the form key=value at seed");
  EXPECT_EQ(error_of("run=check"), "a result file is required at result");
  EXPECT_EQ(error_of("run=replay:result=/r"), "a replay needs a token at token");
}

}  // namespace
}  // namespace heddle::explore
