// Why it happened, in plain language: what the threads did that led to it, what the language or the library
// promises and what it does not, and what to do. For a reader who knows threads, not the program and not this
// kind of bug.
#pragma once

#include <string>

#include "reports/format/finding.hpp"

namespace heddle::report {

// Of a finding whose steps are described. Sentences separated by spaces; empty for a rule without a text.
std::string why(const format::Finding& finding);

}  // namespace heddle::report
