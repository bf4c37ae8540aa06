// The identity of a bug. Equal for findings of the same bug from other schedules, seeds, builds and machines:
// made of the rule, the functions and files of the frames that matter, and the names of objects; never of
// addresses or lines.
#pragma once

#include <string>

#include "reports/format/finding.hpp"

namespace heddle::format {

// 16 hexadecimal digits. Needs symbolized stacks and named objects.
std::string fingerprint(const Finding& finding);

}  // namespace heddle::format
