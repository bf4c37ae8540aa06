#include <gtest/gtest.h>

#include <random>

#include "reports/format/record_reader.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

format::RunRecords read(std::string_view text) {
  format::RunRecords records;
  format::RecordReader reader;
  reader.feed(text, records);
  reader.finish(records);
  return records;
}

TEST(RecordReader, ReadsEveryMemberOfAFinding) {
  const format::RunRecords records = golden_records("data_race");
  ASSERT_EQ(records.findings.size(), 1U);
  const format::Finding& f = records.findings[0];
  EXPECT_EQ(f.rule, "HED001");
  EXPECT_EQ(f.name, "data-race");
  EXPECT_EQ(f.token, "heddle1:AQoDDx0");
  EXPECT_EQ(f.threads.size(), 3U);
  EXPECT_EQ(f.threads[1].creator, 0);
  EXPECT_FALSE(f.threads[0].creator.has_value());
  EXPECT_EQ(f.accesses[0].step, 5U);
  EXPECT_EQ(f.steps[2].written, "1");
  EXPECT_EQ(f.steps[3].source, -1);
  EXPECT_EQ(f.steps[4].source, 3);
  EXPECT_EQ(f.steps[2].switched, "it had to wait");
  EXPECT_EQ(f.minimized->attempts, 33U);
  EXPECT_EQ(records.summary->totals.executions, 17U);
  EXPECT_TRUE(records.problems.empty());
}

TEST(RecordReader, TheWayBytesArriveDoesNotMatter) {
  const std::string text = read_text(golden("deadlock.ndjson"));
  format::RunRecords records;
  format::RecordReader reader;
  for (const char c : text) reader.feed(std::string_view(&c, 1), records);
  reader.finish(records);
  EXPECT_EQ(records.findings.size(), 1U);
  EXPECT_EQ(records.findings[0].blocked.size(), 2U);
  EXPECT_TRUE(records.summary.has_value());
}

TEST(RecordReader, ACutOffLastRecordIsNotedAndLosesNothingElse) {
  const format::RunRecords records = golden_records("cut_off");
  EXPECT_EQ(records.findings.size(), 1U);
  EXPECT_FALSE(records.summary.has_value());
  ASSERT_EQ(records.problems.size(), 2U);
  EXPECT_NE(records.problems[0].find("record 3"), std::string::npos);
  EXPECT_NE(records.problems[1].find("cut off"), std::string::npos);
}

TEST(RecordReader, AWholeLastRecordNeedsNoNewline) {
  EXPECT_TRUE(read(R"({"type":"summary","reason":"budget"})").summary.has_value());
}

TEST(RecordReader, WrongTypesReadAsMissing) {
  const auto records = read(
      R"({"type":"finding","rule":7,"threads":{"id":1},"steps":[{"step":"x","object":-4,"stack":[[1],["a","b"],7]}],"token":null})"
      "\n[]\nnull\n\"text\"\n{}\n");
  ASSERT_EQ(records.findings.size(), 1U);
  EXPECT_EQ(records.findings[0].rule, "7");
  EXPECT_TRUE(records.findings[0].threads.empty());
  ASSERT_EQ(records.findings[0].steps.size(), 1U);
  EXPECT_FALSE(records.findings[0].steps[0].object.has_value());
  EXPECT_EQ(records.findings[0].steps[0].stack.addresses.size(), 3U);
  EXPECT_EQ(records.problems.size(), 3U);
}

TEST(RecordReader, LargeNumbersComeAsText) {
  const auto records = read(
      "{\"type\":\"outcome\",\"text\":\"a\",\"count\":\"18446744073709551615\"}\n"
      "{\"type\":\"outcome\",\"text\":\"b\",\"count\":\"99999999999999999999\"}\n");
  EXPECT_EQ(records.outcomes[0].count, UINT64_MAX);
  EXPECT_EQ(records.outcomes[1].count, 0U);
}

TEST(RecordReader, OutputThatIsNoUtf8IsKeptReadable) {
  const auto records = read("{\"type\":\"finding\",\"rule\":\"HED006\",\"output\":\"caf\xe9 bar\"}\n");
  ASSERT_EQ(records.findings.size(), 1U);
  EXPECT_EQ(records.findings[0].output, "caf\xEF\xBF\xBD bar");
}

TEST(RecordReader, AProvisionalFindingCountsIfNothingElseIsHeardOfIt) {
  const std::string start = R"({"type":"start","protocol":1,"program":"p"})"
                            "\n";
  const std::string provisional =
      R"({"type":"provisional","rule":"HED002","token":"heddle1:first","print":"0x1"})"
      "\n";
  const std::string finding = R"({"type":"finding","rule":"HED002","token":"heddle1:short","print":"0x1"})"
                              "\n";
  const auto tokens = [](const std::string& text) {
    std::string all;
    for (const format::Finding& f : read(text).findings) all += f.token + " ";
    return all;
  };
  EXPECT_EQ(tokens(start + provisional), "heddle1:first ");
  EXPECT_EQ(read(start + provisional).problems.size(), 1U);
  EXPECT_EQ(tokens(start + provisional + R"({"type":"summary","reason":"error"})"), "heddle1:first ");
  EXPECT_EQ(tokens(start + provisional + R"({"type":"summary","reason":"budget"})"), "");
  EXPECT_EQ(tokens(start + provisional + start), "");
  EXPECT_EQ(tokens(start + provisional + finding), "heddle1:short ");
  EXPECT_EQ(tokens(start + provisional + R"({"type":"finding","rule":"HED001","print":"0x2"})"),
            " heddle1:first ");
}

TEST(RecordReader, ANewerProtocolIsSaid) {
  EXPECT_EQ(read("{\"type\":\"start\",\"protocol\":2}\n").problems.size(), 1U);
}

TEST(RecordReader, DamagedInputNeverThrows) {
  const std::string text = read_text(golden("use_after_free.ndjson"));
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string damaged = text;
    for (int i = 0; i < 5; ++i) damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    damaged.resize(random() % damaged.size());
    EXPECT_NO_THROW(read(damaged));
  }
}

TEST(RecordReader, AMissingFileIsAnErrorWithItsName) {
  format::RunRecords records;
  std::string error;
  EXPECT_FALSE(format::read_records("/nonexistent/x.ndjson", records, error));
  EXPECT_NE(error.find("/nonexistent/x.ndjson: No such file"), std::string::npos) << error;
}

}  // namespace
}  // namespace heddle::test
