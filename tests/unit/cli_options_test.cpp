#include <gtest/gtest.h>

#include "cli/duration.hpp"
#include "cli/run_options.hpp"
#include "cli/shell.hpp"
#include "cli/token.hpp"

namespace heddle::cli {
namespace {

TEST(Duration, ReadsUnitsAndSums) {
  EXPECT_EQ(parse_duration_ms("10s"), 10'000U);
  EXPECT_EQ(parse_duration_ms("5m"), 300'000U);
  EXPECT_EQ(parse_duration_ms("1h30m"), 5'400'000U);
  EXPECT_EQ(parse_duration_ms("250ms"), 250U);
  EXPECT_EQ(parse_duration_ms("1.5s"), 1500U);
  EXPECT_EQ(parse_duration_ms("7"), 7000U);
  EXPECT_EQ(parse_duration_ms("0"), 0U);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "s", "10x", "-5s", "5s3", "1e9h", "nan", "inf", "10 s", "99999999999d"}) {
    EXPECT_FALSE(parse_duration_ms(text).has_value()) << text;
  }
}

TEST(RunOptions, TheCommandLineWinsOverTheEnvironment) {
  RunOptions options;
  options.set("seed", "7");
  std::vector<std::string> warnings;
  options.add_environment("seed=9:strategy=pct:budget=3s", warnings);
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(options.get("seed"), "7");
  EXPECT_EQ(options.get("strategy"), "pct");
  EXPECT_EQ(options.get("budget_ms"), "3000");
  EXPECT_EQ(options.get("model"), "rc11");
}

TEST(RunOptions, WhatCannotBeUsedIsSaid) {
  RunOptions options;
  std::vector<std::string> warnings;
  options.add_environment("colour=red:seed=many:run=check:model=x86::budget=soon", warnings);
  ASSERT_EQ(warnings.size(), 5U);
  EXPECT_NE(warnings[0].find("unknown option 'colour'"), std::string::npos);
  EXPECT_NE(warnings[1].find("must be a number"), std::string::npos);
  EXPECT_NE(warnings[3].find("must be one of rc11, sc, tso"), std::string::npos);
  EXPECT_TRUE(options.changed().empty());
}

TEST(RunOptions, ColonsAndBackslashesSurvive) {
  RunOptions options;
  options.set("result", "/tmp/a:b\\c");
  options.set("seed", "2");
  EXPECT_EQ(options.encode(), "result=/tmp/a\\:b\\\\c:seed=2");
}

TEST(RunOptions, ChangedAreThoseThatDifferFromTheDefaults) {
  RunOptions options;
  options.set("model", "rc11");
  options.set("seed", "3");
  options.set("result", "/tmp/r");
  ASSERT_EQ(options.changed().size(), 1U);
  EXPECT_EQ(options.changed()[0].first, "seed");
}

TEST(RunOptions, ValuesAreChecked) {
  EXPECT_EQ(why_not_allowed("model", "sc"), "");
  EXPECT_NE(why_not_allowed("model", ""), "");
  EXPECT_NE(why_not_allowed("model", "rc11|sc"), "");
  EXPECT_NE(why_not_allowed("seed", "18446744073709551616"), "");
  EXPECT_EQ(why_not_allowed("seed", "18446744073709551615"), "");
  EXPECT_NE(why_not_allowed("nothing", "1"), "");
}

TEST(ShellWord, IsReadBackAsItself) {
  EXPECT_EQ(shell_word("./a.out"), "./a.out");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(Token, DamageIsNamed) {
  EXPECT_EQ(why_not_a_token("heddle1:AQoDDx0"), "");
  EXPECT_NE(why_not_a_token("").find("empty"), std::string::npos);
  EXPECT_NE(why_not_a_token("AQoDDx0").find("not a replay token"), std::string::npos);
  EXPECT_NE(why_not_a_token("heddle9:AQ").find("another version"), std::string::npos);
  EXPECT_NE(why_not_a_token("heddle1:").find("cut off"), std::string::npos);
  EXPECT_NE(why_not_a_token("heddle1:A B").find("damaged"), std::string::npos);
  EXPECT_NE(why_not_a_token("heddle1:" + std::string(9000, 'A')).find("longer"), std::string::npos);
}

}  // namespace
}  // namespace heddle::cli
