// Many results made one, and suppressions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/format/result_json.hpp"
#include "reports/merge/load.hpp"
#include "reports/merge/merge.hpp"
#include "reports/merge/suppressions.hpp"
#include "reports/terminal/result_report.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

using format::RunResult;
using format::Verdict;
using report::Suppression;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RunResult merged(std::vector<std::string> names) {
  std::vector<report::NamedResult> all;
  for (std::string& name : names) all.push_back({name + ".json", golden_result(name)});
  return report::merge(std::move(all));
}

TEST(Merge, ASingleResultStaysAsItIs) {
  EXPECT_EQ(format::to_json(merged({"data_race"})), format::to_json(golden_result("data_race")));
}

TEST(Merge, TheSameBugIsOneFindingInItsShortestInterleaving) {
  RunResult longer = golden_result("data_race");
  const std::size_t steps = longer.findings[0].steps.size();
  longer.findings[0].steps.push_back(longer.findings[0].steps.back());
  longer.findings[0].steps.back().step += 1;
  std::vector<report::NamedResult> all;
  all.push_back({"a", std::move(longer)});
  all.push_back({"b", golden_result("data_race")});
  all.push_back({"c", golden_result("deadlock")});
  const RunResult result = report::merge(std::move(all));
  ASSERT_EQ(result.findings.size(), 2U);
  EXPECT_EQ(result.findings[0].rule, "HED001");
  EXPECT_EQ(result.findings[0].occurrences, 2U);
  EXPECT_EQ(result.findings[0].steps.size(), steps);
  EXPECT_EQ(result.runs.size(), 3U);
  EXPECT_EQ(result.runs[2].source, "c");
  EXPECT_THAT(result.runs[2].fingerprints, ElementsAre(result.findings[1].fingerprint));
}

TEST(Merge, TheVerdictIsTheWorst) {
  EXPECT_EQ(merged({"verified", "verified"}).verdict, Verdict::verified);
  EXPECT_EQ(merged({"verified", "data_race"}).verdict, Verdict::bug);
  EXPECT_EQ(merged({"verified", "unsupported"}).verdict, Verdict::error);
  EXPECT_EQ(merged({"nondeterminism", "unsupported"}).verdict, Verdict::nondeterminism);
}

RunResult shard(std::uint64_t index, std::uint64_t count, const char* reason, const char* split = "0x1") {
  RunResult result = golden_result("verified");
  result.verdict = reason == std::string("exhausted") ? Verdict::no_bug : Verdict::inconclusive;
  result.exploration.reason = reason;
  result.exploration.shard = format::Shard{index, count, split};
  return result;
}

Verdict verdict_of(std::vector<RunResult> results) {
  std::vector<report::NamedResult> all;
  for (RunResult& r : results) all.push_back({"s", std::move(r)});
  return report::merge(std::move(all)).verdict;
}

TEST(Merge, OnlyAllShardsTogetherVerify) {
  const RunResult one = shard(1, 2, "exhausted");
  const RunResult two = shard(2, 2, "exhausted");
  EXPECT_EQ(verdict_of({one, two}), Verdict::verified);
  EXPECT_EQ(verdict_of({two, one, two}), Verdict::verified);
  EXPECT_EQ(verdict_of({one, one}), Verdict::inconclusive);
  EXPECT_EQ(verdict_of({one, shard(2, 2, "budget")}), Verdict::inconclusive);
  EXPECT_EQ(verdict_of({one, shard(2, 3, "exhausted")}), Verdict::no_bug);
  EXPECT_EQ(verdict_of({one, shard(2, 2, "exhausted", "0x2")}), Verdict::no_bug);
  EXPECT_EQ(verdict_of({one, two, golden_result("data_race")}), Verdict::bug);
  RunResult cut = two;
  cut.exploration.cut = 1;
  EXPECT_EQ(verdict_of({one, cut}), Verdict::inconclusive);
}

TEST(Merge, TotalsAreAddedUp) {
  const std::uint64_t a = golden_result("data_race").exploration.executions;
  const std::uint64_t b = golden_result("verified").exploration.executions;
  EXPECT_EQ(merged({"data_race", "verified"}).exploration.executions, a + b);
}

TEST(Merge, AMergedResultCanBeMergedAgain) {
  std::vector<report::NamedResult> all;
  all.push_back({"ab", merged({"data_race", "verified"})});
  all.push_back({"c", golden_result("deadlock")});
  const RunResult result = report::merge(std::move(all));
  ASSERT_EQ(result.runs.size(), 3U);
  EXPECT_EQ(result.runs[0].source, "data_race.json");
  EXPECT_EQ(result.runs[2].source, "c");
}

TEST(Load, KnowsWhatAFileHolds) {
  const RunResult result = golden_result("data_race");
  std::string error;
  report::Loaded document;
  ASSERT_TRUE(report::load(format::to_json(result), document, error)) << error;
  EXPECT_FALSE(document.records.has_value());
  report::Loaded records;
  ASSERT_TRUE(report::load(read_text(golden("data_race.ndjson")), records, error)) << error;
  ASSERT_TRUE(records.records.has_value());
  EXPECT_EQ(records.records->findings.size(), 1U);
  report::Loaded stream;
  const std::string start = R"({"type":"start","schema_version":"1.1","program":"p","arguments":[]})"
                            "\n";
  ASSERT_TRUE(report::load(start + format::to_json_line(result), stream, error)) << error;
  EXPECT_EQ(format::to_json(stream.result), format::to_json(result));
}

TEST(Load, SaysWhatIsWrong) {
  const auto refusal = [](const std::string& text) {
    report::Loaded loaded;
    std::string error;
    EXPECT_FALSE(report::load(text, loaded, error)) << text;
    return error;
  };
  EXPECT_THAT(refusal(" \n "), HasSubstr("is empty"));
  EXPECT_THAT(refusal("hello"), HasSubstr("is not JSON"));
  EXPECT_THAT(refusal(R"({"type":"progress"})"), HasSubstr("no start record"));
  EXPECT_THAT(refusal("{\"type\":\"start\",\"schema_version\":\"1.1\"}\n{\"type\":\"progress\"}\n"),
              HasSubstr("ends before its result"));
}

std::vector<Suppression> suppressions(const std::string& text) {
  std::vector<Suppression> all;
  std::string error;
  EXPECT_TRUE(report::read_suppressions(text, "dir/heddle.supp", all, error)) << error;
  return all;
}

std::string refused(const std::string& text) {
  std::vector<Suppression> all;
  std::string error;
  EXPECT_FALSE(report::read_suppressions(text, "s", all, error)) << text;
  return error;
}

struct After {
  RunResult result;
  std::vector<std::string> news;
};
After suppress(const std::string& text, const std::string& today = "2026-01-31") {
  After after{golden_result("data_race"), {}};
  after.news = report::suppress(after.result, suppressions(text), today);
  return after;
}

TEST(Suppressions, MatchByWhatTheySay) {
  const std::string print = golden_result("data_race").findings[0].fingerprint;
  for (const std::string& line :
       {"fingerprint:" + print, std::string("rule:HED001"), std::string("rule:data-race"),
        std::string("function:prod*"), std::string("file:queue.cpp"), std::string("file:*/demo/*"),
        std::string("object:queue.*"), std::string("data-race:consume"), std::string("HED001:queue.data")}) {
    const After after = suppress(line + " because\n");
    EXPECT_THAT(after.result.findings, IsEmpty()) << line;
    EXPECT_THAT(after.news, IsEmpty()) << line;
    EXPECT_EQ(after.result.verdict, Verdict::no_bug);
    ASSERT_EQ(after.result.suppressed.size(), 1U);
    EXPECT_EQ(after.result.suppressed[0].reason, "because");
    EXPECT_EQ(after.result.suppressed[0].by, "heddle.supp:1");
  }
}

TEST(Suppressions, ThatMatchNothingAreToldOf) {
  for (const char* line : {"fingerprint:0000", "rule:HED002", "function:prod", "file:ueue.cpp",
                           "object:queue", "deadlock:consume", "module:libc*"}) {
    const After after = suppress(std::string(line) + " because");
    EXPECT_EQ(after.result.findings.size(), 1U) << line;
    EXPECT_EQ(after.result.verdict, Verdict::bug);
    ASSERT_EQ(after.news.size(), 1U) << line;
    EXPECT_THAT(after.news[0], HasSubstr("matched nothing"));
  }
}

TEST(Suppressions, HoldUntilTheEndOfTheirDay) {
  const std::string line = "# note\n\nrule:HED001 until=2026-02-28 soon gone\n";
  EXPECT_THAT(suppress(line, "2026-02-28").result.findings, IsEmpty());
  const After after = suppress(line, "2026-03-01");
  EXPECT_EQ(after.result.findings.size(), 1U);
  ASSERT_EQ(after.news.size(), 1U);
  EXPECT_THAT(after.news[0], HasSubstr("heddle.supp:3: the suppression rule:HED001 expired on 2026-02-28"));
}

TEST(Suppressions, MistakesAreNamedWithTheirLine) {
  EXPECT_THAT(refused("\nrule:HED001\n"), HasSubstr("s:2: no reason is given"));
  EXPECT_THAT(refused("rule:HED001 until=2026-02-30 x"), HasSubstr("is not a date"));
  EXPECT_THAT(refused("rule:HED999 x"), HasSubstr("there is no rule"));
  EXPECT_THAT(refused("races:x because"), HasSubstr("unknown kind 'races'"));
  EXPECT_THAT(refused("nonsense because"), HasSubstr("is not of the form"));
}

TEST(Suppressions, AreShown) {
  RunResult result = suppress("rule:HED001 known").result;
  EXPECT_THAT(report::result_report(result, {}), HasSubstr("Suppressed\n  HED001 Data race:"));
  EXPECT_THAT(report::last_line(result, ""), HasSubstr("no bug found, 1 suppressed"));
}

TEST(Patterns, StarIsAnyTextAndQuestionMarkAnyCharacter) {
  EXPECT_TRUE(report::matches("*", ""));
  EXPECT_TRUE(report::matches("a*c", "abbc"));
  EXPECT_TRUE(report::matches("a?c*", "abc"));
  EXPECT_FALSE(report::matches("a?c", "ac"));
  EXPECT_FALSE(report::matches("", "a"));
  EXPECT_TRUE(report::matches("*ab*ab*", "xxabyyabzz"));
  EXPECT_FALSE(report::matches(std::string(50, '*') + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace heddle::test
