// What `heddle check` and `heddle replay` print: every finding, what stopped the check if something did, the
// guarantee, and one last line that scripts can search for.
#pragma once

#include <string>

#include "reports/format/run.hpp"
#include "reports/terminal/text.hpp"

namespace heddle::report {

// Everything but the last line.
std::string result_report(const format::RunResult& result, const Style& style);

// "heddle: 2 bugs in 170 executions, 0.31 s (report: result.json)"; always starts with "heddle: ". `report`
// is the path of the JSON document, empty if there is none.
std::string last_line(const format::RunResult& result, const std::string& report);

}  // namespace heddle::report
