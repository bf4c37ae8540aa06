// The interleaving as a table: a column for each thread, a row for each step, time running down (the form of
// Lincheck's reports). Plain racing accesses and the waits that never end are rows too; the rows that make
// the bug are marked.
#pragma once

#include <string>

#include "reports/format/finding.hpp"
#include "reports/terminal/text.hpp"

namespace heddle::report {

// Empty if the finding has no steps. Too many threads for the width: one column with the thread's name before
// each row.
std::string interleaving(const format::Finding& finding, const Style& style);

}  // namespace heddle::report
