// The terminal report of recorded runs, compared word by word with tests/golden/*.txt. After an intended
// change: HEDDLE_UPDATE_GOLDEN=1 runs the tests and rewrites the files; review the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "reports/terminal/result_report.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

std::string render(const std::string& name, const report::Style& style) {
  const format::RunResult result = golden_result(name);
  return report::result_report(result, style) + report::last_line(result, "result.json") + "\n";
}

void expect_golden(const std::string& file, const std::string& text) {
  if (std::getenv("HEDDLE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden(file), std::ios::binary) << text;
  EXPECT_EQ(read_text(golden(file)), text) << "differs from " << golden(file);
}

class GoldenReport : public testing::TestWithParam<const char*> {};

TEST_P(GoldenReport, IsAsRecorded) {
  expect_golden(std::string(GetParam()) + ".txt", render(GetParam(), {}));
}

INSTANTIATE_TEST_SUITE_P(Runs, GoldenReport,
                         testing::Values("data_race", "deadlock", "lost_wakeup", "use_after_free",
                                         "no_symbols", "verified", "nondeterminism", "unsupported",
                                         "cut_off"),
                         [](const auto& run) { return std::string(run.param); });

TEST(TerminalReport, VerboseShowsLibraryFramesAndEveryRow) {
  report::Style style;
  style.verbose = true;
  expect_golden("data_race.verbose.txt", render("data_race", style));
}

TEST(TerminalReport, AsciiHasNoOtherCharacters) {
  report::Style style;
  style.unicode = false;
  style.width = 80;
  const std::string text = render("data_race", style);
  expect_golden("data_race.ascii.txt", text);
  for (const char c : text) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(TerminalReport, ColourChangesNothingButEscapeSequences) {
  for (const char* name : {"data_race", "deadlock", "use_after_free"}) {
    report::Style style;
    const std::string plain = render(name, style);
    style.colour = true;
    std::string coloured = render(name, style);
    EXPECT_NE(plain, coloured);
    for (std::size_t at = 0; (at = coloured.find("\x1b[", at)) != std::string::npos;) {
      coloured.erase(at, coloured.find('m', at) + 1 - at);
    }
    EXPECT_EQ(plain, coloured);
  }
}

TEST(TerminalReport, NoLineOfTheTableIsWiderThanTheTerminal) {
  for (const char* name : {"data_race", "deadlock", "lost_wakeup", "use_after_free"}) {
    for (const int width : {60, 80, 100, 160}) {
      report::Style style;
      style.width = width;
      std::istringstream lines(render(name, style));
      for (std::string line; std::getline(lines, line);) {
        if (line.find("│") == std::string::npos) continue;
        EXPECT_LE(report::columns(line), width) << line;
      }
    }
  }
}

TEST(TerminalReport, ProgramOutputCannotDriveTheTerminal) {
  const std::string text = render("cut_off", {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\a'), std::string::npos);
}

TEST(TerminalReport, AStoreThatIsNotLastInModificationOrderMakesNoReadStale) {
  format::RunResult result = golden_result("no_symbols");
  std::vector<format::Step>& steps = result.findings[0].steps;
  EXPECT_NE(report::result_report(result, {}).find("stale"), std::string::npos);
  steps[1].mo_last = false;
  report::explain(result);
  EXPECT_EQ(report::result_report(result, {}).find("stale"), std::string::npos);
}

TEST(TerminalReport, LongInterleavingsLoseTheirMiddle) {
  format::Finding finding;
  for (std::uint64_t i = 1; i <= 500; ++i) {
    format::Step step;
    step.step = i;
    step.thread = static_cast<int>(i % 2);
    step.kind = "fence";
    step.order = i % 3 == 0 ? "release" : "acquire";
    finding.steps.push_back(step);
  }
  format::RunResult result;
  result.findings.push_back(finding);
  report::explain(result);
  const std::string text = report::result_report(result, {});
  EXPECT_NE(text.find("440 rows left out (-v shows them)"), std::string::npos) << text;
  EXPECT_NE(text.find("\n     1 │"), std::string::npos) << text;
  EXPECT_NE(text.find("   500 │"), std::string::npos) << text;
  report::Style verbose;
  verbose.verbose = true;
  EXPECT_EQ(report::result_report(result, verbose).find("left out"), std::string::npos);
}

}  // namespace
}  // namespace heddle::test
