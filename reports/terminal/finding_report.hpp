// The whole report of one finding.
#pragma once

#include <string>

#include "reports/format/finding.hpp"
#include "reports/terminal/text.hpp"

namespace heddle::report {

std::string finding_report(const format::Finding& finding, const Style& style);

}  // namespace heddle::report
