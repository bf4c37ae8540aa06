// Fifteen kinds of finding in every format, as recorded in tests/golden/findings/NAME.*;
// HEDDLE_UPDATE_GOLDEN=1 rewrites them. tests/reports validates the same files against the schemas of SARIF
// and JUnit. The page without the viewer is recorded as NAME.html; what the viewer makes of the document in a
// browser is NAME.page.txt (tests/viewer).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/export/export.hpp"
#include "reports/format/result_json.hpp"
#include "reports/format/result_reader.hpp"
#include "reports/html/page.hpp"
#include "reports/terminal/result_report.hpp"
#include "tests/unit/report_test_support.hpp"

namespace heddle::test {
namespace {

using testing::HasSubstr;
using testing::Not;

format::RunResult recorded(const std::string& name) {
  format::RunResult result;
  std::string error;
  EXPECT_TRUE(format::read_result(read_text(golden("findings/" + name + ".json")), result, error)) << error;
  report::explain(result);
  return result;
}

void expect_golden(const std::string& file, const std::string& text) {
  if (std::getenv("HEDDLE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden(file), std::ios::binary) << text;
  EXPECT_EQ(read_text(golden(file)), text) << "differs from " << golden(file);
}

const char* extension(std::string_view format) {
  if (format == "sarif") return "sarif";
  if (format == "junit") return "xml";
  if (format == "chrome") return "trace.json";
  if (format == "mermaid") return "md";
  if (format == "dot") return "dot";
  if (format == "csv") return "csv";
  return "github.txt";
}

// The document that a page carries for its viewer.
std::string data_of(const std::string& page) {
  const std::string open = R"(<script type="application/json" id="heddle-data">)";
  const std::size_t begin = page.find(open);
  if (begin == std::string::npos) return "";
  return page.substr(begin + open.size(), page.find("</script>", begin) - begin - open.size());
}

class EveryFormat : public testing::TestWithParam<const char*> {};

TEST_P(EveryFormat, IsAsRecorded) {
  const std::string name = GetParam();
  const format::RunResult result = recorded(name);
  expect_golden("findings/" + name + ".txt",
                report::result_report(result, {}) + report::last_line(result, "") + "\n");
  for (const report::ExportFormat& format : report::export_formats())
    expect_golden("findings/" + name + "." + extension(format.name), format.write(result, {}));
  const std::string document = format::to_json(result);
  expect_golden("findings/" + name + ".html", report::plain_html_page(document));
  if (!report::has_viewer()) return;
  EXPECT_EQ(nlohmann::json::parse(data_of(report::html_page(document)), nullptr, false),
            nlohmann::json::parse(document));
}

INSTANTIATE_TEST_SUITE_P(Findings, EveryFormat,
                         testing::Values("publication_relaxed", "abba_deadlock", "hidden_deadlock",
                                         "signal_before_wait", "flag_never_set", "store_buffering",
                                         "exception_in_thread", "null_after_check", "hazard_pointer_early",
                                         "refcount_double_free", "unlock_twice", "destroy_mutex_in_use",
                                         "uninitialised_atomic", "taken_twice", "pop_spins"),
                         [](const auto& finding) { return std::string(finding.param); });

// A finding whose every text is an attack on some format.
format::RunResult hostile() {
  const std::string evil =
      "</script><script>alert(1)</script> \x1b[31m]]> <!-- \" ' ` ${x} =1+1 %0A::error:: [a](b) \\ ; # \r\n "
      "end";
  format::RunResult result = golden_result("data_race");
  result.program = evil;
  result.arguments = {evil};
  result.error = evil;
  result.guarantee = evil;
  for (format::Finding& f : result.findings) {
    f.message = evil;
    f.cause = evil;
    f.output = evil;
    f.replay = evil;
    for (format::Thread& t : f.threads) t.name = evil;
    for (format::Object& o : f.objects) o.name = evil;
    for (format::Step& s : f.steps) {
      s.call = evil;
      s.switched = evil;
      for (format::Frame& frame : s.stack.frames) {
        frame.function = evil;
        frame.file = "/home/demo/" + evil;
        frame.source = evil;
      }
    }
    for (format::Access& a : f.accesses) a.kind = evil;
  }
  report::explain(result);
  return result;
}

std::string written(const char* name, const format::RunResult& result) {
  for (const report::ExportFormat& format : report::export_formats()) {
    if (std::string_view(name) == format.name) return format.write(result, {});
  }
  ADD_FAILURE() << "no format " << name;
  return "";
}

TEST(HostileText, StaysDataInEveryFormat) {
  const format::RunResult result = hostile();
  const std::string xml = written("junit", result);
  EXPECT_THAT(xml, Not(HasSubstr("<script>")));
  EXPECT_THAT(xml, Not(HasSubstr("\x1b")));
  const std::string github = written("github", result);
  std::istringstream lines(github);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("::error ") || line.starts_with("::warning ")) << line;
  }
  EXPECT_THAT(written("mermaid", result), Not(HasSubstr("<script>")));
  const std::string csv = written("csv", result);
  EXPECT_THAT(csv, Not(HasSubstr(",=1")));
  for (const char* json : {"sarif", "chrome"}) {
    EXPECT_TRUE(nlohmann::json::accept(written(json, result))) << json;
    EXPECT_THAT(written(json, result), Not(HasSubstr("\x1b"))) << json;
  }
  const std::string text = report::result_report(result, {}) + report::last_line(result, "");
  EXPECT_EQ(text.find_first_of("\x1b\r\a"), std::string::npos);
}

TEST(HostileText, BytesThatAreNoUtf8AreReplacedEverywhere) {
  format::RunResult result = golden_result("data_race");
  result.program = "\xff\xfe\xe9 prog";
  for (format::Finding& f : result.findings) {
    f.cause = "caf\xe9 \xc0\x80 \xed\xa0\x80";
    for (format::Object& o : f.objects) o.name = "n\xff";
  }
  report::explain(result);
  for (const report::ExportFormat& format : report::export_formats()) {
    const std::string text = format.write(result, {});
    EXPECT_EQ(text.find('\xff'), std::string::npos) << format.name;
    EXPECT_EQ(text.find("\xe9 "), std::string::npos) << format.name;
  }
  EXPECT_EQ(report::result_report(result, {}).find('\xff'), std::string::npos);
}

TEST(Sarif, HasOneThreadFlowForEachThreadInTheOrderOfTheInterleaving) {
  const auto log = nlohmann::json::parse(written("sarif", recorded("publication_relaxed")));
  const auto& one = log["runs"][0]["results"][0];
  std::set<int> orders;
  std::set<std::string> threads;
  for (const auto& flow : one["codeFlows"][0]["threadFlows"]) {
    EXPECT_TRUE(threads.insert(flow["id"]).second);
    int last = 0;
    for (const auto& at : flow["locations"]) {
      EXPECT_GT(at["executionOrder"], last);
      last = at["executionOrder"];
      EXPECT_TRUE(orders.insert(last).second);
    }
  }
  EXPECT_EQ(threads, (std::set<std::string>{"main", "T1", "T2"}));
  EXPECT_EQ(one["partialFingerprints"]["heddleBug/v1"],
            recorded("publication_relaxed").findings[0].fingerprint);
  EXPECT_EQ(one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "tests/programs/publication_relaxed.bug.cpp");
}

TEST(Sarif, StaysWithinTheLimitsOfCodeScanning) {
  format::RunResult result;
  format::Finding finding = recorded("publication_relaxed").findings[0];
  const format::Step step = finding.steps.back();
  for (std::uint64_t i = 1; i <= 12'000; ++i) {
    finding.steps.push_back(step);
    finding.steps.back().step = step.step + i;
    finding.steps.back().thread = static_cast<int>(i % 2);
    finding.steps.back().text.clear();
  }
  result.findings.push_back(finding);
  report::explain(result);
  const auto log = nlohmann::json::parse(written("sarif", result));
  std::size_t locations = 0;
  for (const auto& flow : log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"])
    locations += flow["locations"].size();
  EXPECT_LE(locations, 1000U);
  EXPECT_GE(locations, 900U);
}

}  // namespace
}  // namespace heddle::test
