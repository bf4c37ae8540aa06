// Result documents are read back as they were written, and so are those of earlier versions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "reports/format/result_json.hpp"
#include "reports/format/result_reader.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

using testing::HasSubstr;

format::RunResult read(const std::string& text) {
  format::RunResult result;
  std::string error;
  EXPECT_TRUE(format::read_result(text, result, error)) << error;
  return result;
}

std::string refusal(const std::string& text) {
  format::RunResult result;
  std::string error;
  EXPECT_FALSE(format::read_result(text, result, error));
  return error;
}

TEST(ResultReader, ReadsWhatTheSearchSaysOfItself) {
  format::RunResult result = golden_result("verified");
  result.exploration.estimate = 100;
  result.exploration.estimate_spread = 7.5;
  result.exploration.bound = 2;
  result.exploration.phases = {{"bounded", 50, 1, false, false, "", {}, 0},
                               {"exhaustive", 1000, {}, false, false, "too_long", 1e9, 3600}};
  result.exploration.shard = format::Shard{2, 8, "0xab"};
  const std::string written = format::to_json(result);
  EXPECT_EQ(format::to_json(read(written)), written);
}

class ReadBack : public testing::TestWithParam<const char*> {};

TEST_P(ReadBack, IsWhatWasWritten) {
  const std::string written = format::to_json(golden_result(GetParam()));
  EXPECT_EQ(format::to_json(read(written)), written);
  EXPECT_EQ(format::to_json(read(format::to_json_line(golden_result(GetParam())))), written);
}

INSTANTIATE_TEST_SUITE_P(Runs, ReadBack,
                         testing::Values("data_race", "deadlock", "lost_wakeup", "use_after_free",
                                         "no_symbols", "verified", "nondeterminism", "unsupported",
                                         "cut_off"),
                         [](const auto& run) { return std::string(run.param); });

// The documents in tests/golden/documents are samples of this version; HEDDLE_UPDATE_GOLDEN=1 rewrites them.
class SampleDocument : public testing::TestWithParam<const char*> {};

TEST_P(SampleDocument, IsAsRecorded) {
  const std::string path = golden("documents/" + std::string(GetParam()) + ".json");
  const std::string text = format::to_json(golden_result(GetParam()));
  if (std::getenv("HEDDLE_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(read_text(path), text) << "differs from " << path;
}

INSTANTIATE_TEST_SUITE_P(Runs, SampleDocument, testing::Values("data_race", "deadlock", "lost_wakeup"),
                         [](const auto& run) { return std::string(run.param); });

TEST(ResultReader, ReadsVersion1_0) {
  format::RunResult result = read(read_text(golden("documents/version-1.0.json")));
  EXPECT_EQ(result.verdict, format::Verdict::bug);
  ASSERT_EQ(result.findings.size(), 1U);
  const format::Finding& f = result.findings[0];
  EXPECT_EQ(f.rule, "HED001");
  EXPECT_EQ(f.fingerprint, "64e1a7576ddce0f9");
  ASSERT_EQ(f.steps.size(), 5U);
  EXPECT_EQ(f.steps[4].source, 3);
  EXPECT_EQ(f.accesses[0].stack.user_frame()->line, 17);
  report::explain(result);
  EXPECT_THAT(result.findings[0].steps[4].text, HasSubstr("load(relaxed) → 1 (from step 3)"));
  EXPECT_EQ(result.findings[0].schedule.size(), 3U);
}

TEST(ResultReader, ReadsVersion1_1) {
  format::RunResult result = read(read_text(golden("documents/version-1.1.json")));
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_TRUE(result.findings[0].chances.empty());
  EXPECT_FALSE(result.findings[0].no_return);
  report::explain(result);
  EXPECT_EQ(result.findings[0].schedule.size(), 3U);
  EXPECT_EQ(result.findings[0].turning, "");
}

TEST(ResultReader, ReadsVersion1_2) {
  format::RunResult result = read(read_text(golden("documents/version-1.2.json")));
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_FALSE(result.findings[0].chances.empty());
  EXPECT_EQ(result.findings[0].objects[0].type, "");
  report::explain(result);
  EXPECT_NE(result.findings[0].turning, "");
}

TEST(ResultReader, ReadsTypesOfObjects) {
  const format::RunResult result =
      read(R"({"schema_version": "1.3", "verdict": "bug", "findings": [{"rule": "HED006", "objects": [
      {"id": 0, "type": "std::mutex", "declared_at": {"file": "a.cpp", "line": 7}},
      {"id": 1, "type": null, "declared_at": null}]}]})");
  const auto& objects = result.findings.at(0).objects;
  EXPECT_EQ(objects.at(0).type, "std::mutex");
  EXPECT_EQ(objects.at(0).declared_in, "a.cpp");
  EXPECT_EQ(objects.at(0).declared_line, 7);
  EXPECT_EQ(objects.at(1).type + objects.at(1).declared_in, "");
}

// The parts of an analysis that need words of their own: a compare-exchange, an unproven fix, a passing
// execution that is longer.
TEST(ResultReader, ReadsAndExplainsAnAnalysis) {
  format::RunResult result =
      read(R"({"schema_version": "1.2", "verdict": "bug", "findings": [{"rule": "HED006",
      "threads": [{"id": 0}, {"id": 1}],
      "steps": [{"step": 1, "thread": 0, "kind": "fence", "call": "f", "order": "seq_cst"}],
      "analysis": {"executions": 9, "chances": [{"after": 0, "failed": 3, "passed": 1}], "no_return": null,
        "fixes": [{"executions": 5, "verified": false, "orders": [{"kind": "compare_exchange",
          "from": "relaxed", "to": "acq_rel", "failure_from": "relaxed", "failure_to": "acquire", "stack": []}]}],
        "passing": {"threads": [{"id": 0}, {"id": 1}], "objects": [], "steps": [
          {"step": 1, "thread": 0, "kind": "fence", "call": "f", "order": "seq_cst"},
          {"step": 2, "thread": 1, "kind": "exit", "call": "thread_exit"}]}}}]})");
  report::explain(result);
  const format::Finding& f = result.findings[0];
  EXPECT_EQ(f.chances[0].failed, 3U);
  EXPECT_THAT(f.why, HasSubstr("Make the compare-exchange acq_rel instead of relaxed (acquire on failure)"));
  EXPECT_THAT(f.why, HasSubstr("nothing went wrong in 5 executions"));
  EXPECT_EQ(f.turning,
            "The nearest execution that passes is the same up to step 1. There comes T1: ends, and "
            "it goes on.");
  format::RunResult again = read(format::to_json(result));
  report::explain(again);
  EXPECT_EQ(format::to_json(again), format::to_json(result));
}

TEST(ResultReader, RefusesWhatItCannotRead) {
  EXPECT_THAT(refusal(""), HasSubstr("is not JSON"));
  EXPECT_THAT(refusal("{\"schema_version\": \"1.1\", \"verd"), HasSubstr("cut off"));
  EXPECT_THAT(refusal("[1, 2]"), HasSubstr("no result document"));
  EXPECT_THAT(refusal(R"({"schema_version": "2.3", "verdict": "bug"})"),
              HasSubstr("written by a newer heddle (schema_version 2.3"));
  EXPECT_THAT(refusal(R"({"schema_version": "one", "verdict": "bug"})"), HasSubstr("unknown schema_version"));
  EXPECT_THAT(refusal(R"({"schema_version": "1.0", "verdict": "maybe"})"), HasSubstr("no verdict"));
}

TEST(ResultReader, KnowsWhatALaterMinorVersionCallsANewRule) {
  const format::RunResult result = read(
      R"({"schema_version": "1.99", "verdict": "bug", "new": {"x": [1]},
          "findings": [{"rule": "HED099", "name": "time-travel", "title": "Time travel", "steps": "none"}]})");
  EXPECT_EQ(result.findings[0].title, "Time travel");
  EXPECT_EQ(result.findings[0].name, "time-travel");
  EXPECT_TRUE(result.findings[0].steps.empty());
}

TEST(ResultReader, PutsStepsInOrderAndDropsRepeatedOnes) {
  const format::RunResult result = read(
      R"({"schema_version": "1.1", "verdict": "bug", "findings": [{"rule": "HED001", "steps":
          [{"step": 3, "thread": 1}, {"step": 1, "thread": 2}, {"step": 3, "thread": 4}]}]})");
  const format::Finding& f = result.findings[0];
  ASSERT_EQ(f.steps.size(), 2U);
  EXPECT_EQ(f.step(1)->thread, 2);
  EXPECT_EQ(f.step(3)->thread, 1);
  EXPECT_EQ(f.step(2), nullptr);
}

TEST(Schedule, LocksAreHeldFromTheirStepToTheUnlock) {
  format::RunResult result = golden_result("deadlock");
  const format::Finding& f = result.findings[0];
  ASSERT_EQ(f.locks.size(), 2U);
  EXPECT_EQ(f.locks[0].thread, 0);
  EXPECT_EQ(f.locks[0].first, 2U);
  EXPECT_EQ(f.locks[0].last, std::nullopt);
  EXPECT_EQ(f.locks[1].thread, 1);
  EXPECT_EQ(f.locks[1].first, 3U);
}

TEST(Sources, LinesAroundEveryFrameAreKept) {
  const format::RunResult result = golden_result("data_race");
  ASSERT_FALSE(result.sources.empty());
  for (const format::Step& s : result.findings[0].steps) {
    const format::Frame* frame = s.stack.user_frame();
    if (frame == nullptr || frame->source.empty()) continue;
    bool kept = false;
    for (const format::SourceExcerpt& e : result.sources) {
      const int index = frame->line - e.first;
      if (e.file != frame->file || index < 0 || index >= static_cast<int>(e.lines.size())) continue;
      kept = e.lines[static_cast<std::size_t>(index)].find(frame->source) != std::string::npos;
    }
    EXPECT_TRUE(kept) << frame->file << ":" << frame->line;
  }
}

}  // namespace
}  // namespace heddle::test
