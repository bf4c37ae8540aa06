#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/format/guarantee.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

using format::conclude;
using format::ProcessRun;
using format::RunRequest;
using format::RunResult;
using format::Verdict;

ProcessRun process(const char* mode, const char* reason, bool verified, std::uint64_t complete) {
  ProcessRun p;
  p.records.started = true;
  p.records.model = "rc11";
  p.records.summary.emplace();
  p.records.summary->mode = mode;
  p.records.summary->reason = reason;
  p.records.summary->verified = verified;
  p.records.summary->totals.executions = complete;
  p.records.summary->totals.complete = complete;
  return p;
}

TEST(Conclude, OnlyAnExhaustedSearchVerifies) {
  EXPECT_EQ(conclude({}, {process("exhaustive", "exhausted", true, 9)}).verdict, Verdict::verified);
  EXPECT_EQ(conclude({}, {process("random", "budget", false, 9)}).verdict, Verdict::no_bug);
}

// What the user promised is part of what the result says.
TEST(Conclude, AGuaranteeNamesItsConditions) {
  using testing::HasSubstr;
  RunResult result = conclude({}, {process("exhaustive", "exhausted", true, 9)});
  EXPECT_THAT(format::guarantee(result), Not(HasSubstr("--")));
  result.options = {{"recall", "1"}};
  EXPECT_THAT(format::guarantee(result), HasSubstr("With --recall this takes every access"));
  result.options = {{"symmetric_threads", "1"}};
  EXPECT_THAT(format::guarantee(result), HasSubstr("(--symmetric-threads)"));
}

TEST(Conclude, AnUnfinishedExhaustiveSearchIsInconclusive) {
  RunRequest request;
  request.exhaustive_asked = true;
  const RunResult result = conclude(request, {process("exhaustive", "budget", false, 9)});
  EXPECT_EQ(result.verdict, Verdict::inconclusive);
  EXPECT_NE(result.guarantee.find("did not end"), std::string::npos);
}

TEST(Conclude, NoCompleteExecutionProvesNothing) {
  EXPECT_EQ(conclude({}, {process("random", "budget", false, 0)}).verdict, Verdict::inconclusive);
}

TEST(Conclude, AProcessWithoutSummaryIsAnError) {
  ProcessRun killed;
  killed.records.started = true;
  killed.ended = "was killed by SIGKILL";
  const RunResult result = conclude({}, {std::move(killed)});
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_NE(result.error.find("SIGKILL"), std::string::npos);
}

TEST(Conclude, AProcessStoppedBecauseAnotherHadTheAnswerIsNone) {
  ProcessRun stopped;
  stopped.records.started = true;
  stopped.stopped_on_purpose = true;
  stopped.ended = "was killed by SIGTERM";
  EXPECT_EQ(conclude({}, {std::move(stopped), process("exhaustive", "exhausted", true, 9)}).verdict,
            Verdict::verified);
}

TEST(Conclude, FindingsOfAllProcessesAreMergedByFingerprint) {
  std::vector<ProcessRun> processes(3);
  for (int i = 0; i < 3; ++i) {
    processes[static_cast<std::size_t>(i)].records = golden_records(i == 2 ? "deadlock" : "data_race");
  }
  const RunResult result = conclude({}, std::move(processes));
  ASSERT_EQ(result.findings.size(), 2U);
  EXPECT_EQ(result.findings[0].occurrences, 2U);
  EXPECT_EQ(result.findings[1].occurrences, 1U);
  EXPECT_EQ(result.exploration.executions, 51U);
  EXPECT_EQ(result.exploration.processes, 3);
}

TEST(Conclude, TheShortestInterleavingOfABugIsKept) {
  std::vector<ProcessRun> processes(2);
  processes[0].records = golden_records("data_race");
  processes[1].records = golden_records("data_race");
  processes[1].records.findings[0].steps.resize(2);
  EXPECT_EQ(conclude({}, std::move(processes)).findings[0].steps.size(), 2U);
}

TEST(Conclude, AnInterruptedSearchWithoutABugIsInconclusive) {
  RunRequest request;
  request.interrupted = true;
  EXPECT_EQ(conclude(request, {process("random", "interrupted", false, 5)}).verdict, Verdict::inconclusive);
}

}  // namespace
}  // namespace heddle::test
