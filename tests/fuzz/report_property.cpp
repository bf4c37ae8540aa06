#include "tests/fuzz/report_property.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "reports/explain/explain.hpp"
#include "reports/export/export.hpp"
#include "reports/format/conclude.hpp"
#include "reports/format/result_json.hpp"
#include "reports/format/result_reader.hpp"
#include "reports/html/page.hpp"
#include "reports/merge/load.hpp"
#include "reports/merge/merge.hpp"
#include "reports/merge/suppressions.hpp"
#include "reports/terminal/result_report.hpp"

namespace heddle::test {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "heddle report: %s\n", what);
  std::abort();
}

format::RunResult result_of(report::Loaded loaded) {
  if (!loaded.records) return std::move(loaded.result);
  format::RunRequest request;
  request.program = loaded.records->program;
  std::vector<format::ProcessRun> processes(1);
  processes[0].records = std::move(*loaded.records);
  return format::conclude(request, std::move(processes));
}

void check_formats(const format::RunResult& result) {
  for (const bool wide : {false, true}) {
    report::Style style;
    style.width = wide ? 160 : 60;
    style.unicode = wide;
    style.verbose = wide;
    const std::string text = report::result_report(result, style) + report::last_line(result, "");
    require(text.find_first_of("\x1b\r\a\b") == std::string::npos,
            "a control character reaches the terminal");
  }
  for (const report::ExportFormat& format : report::export_formats()) {
    // Annotations are of findings and problems alone.
    const bool may_be_empty = std::string_view(format.name) == "github";
    require(!format.write(result, {}).empty() || may_be_empty, "a format writes nothing");
  }
}

}  // namespace

void check_report(std::string_view input) {
  report::Loaded loaded;
  std::string error;
  if (!report::load(input, loaded, error)) {
    require(!error.empty(), "a refusal without a word");
    return;
  }
  format::RunResult result = result_of(std::move(loaded));
  report::explain(result);
  check_formats(result);
  const std::string document = format::to_json(result);
  const std::string page = report::plain_html_page(document);
  require(page.find("<script") == std::string::npos, "the page has a script that is not its own");
  format::RunResult again;
  require(format::read_result(document, again, error), "the result document cannot be read back");
  report::explain(again);
  require(format::to_json(again) == document, "the result document reads back as another");
  std::vector<report::NamedResult> both;
  both.push_back({"a", std::move(result)});
  both.push_back({"b", std::move(again)});
  format::RunResult merged = report::merge(std::move(both));
  report::suppress(merged,
                   {{"function", "*a*b*", "", "fuzzed", "s:1"}, {"rule", "HED0?1", "", "fuzzed", "s:2"}},
                   "2026-01-31");
  check_formats(merged);
}

}  // namespace heddle::test
