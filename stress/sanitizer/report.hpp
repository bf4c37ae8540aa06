// Reports of ThreadSanitizer, AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer as findings.
//
// Stacks are taken as addresses in modules, which every report has, and not as the functions and lines it
// prints: findings are then symbolized, named and told apart as the checker's are, and the same bug found by
// both is one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::stress {

// Adds a finding to `into` for each report in `text`, which may have anything around the reports. Modules
// that `into` does not know yet are added; names without a folder are looked for among those it knows. A
// report that was cut off is read as far as it goes; text that is none is skipped. Never throws.
void read_sanitizer_reports(std::string_view text, format::RunRecords& into);

}  // namespace heddle::stress
