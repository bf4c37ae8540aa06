// Each rule in one sentence, for formats that describe rules where they are not known.
#pragma once

#include <string>
#include <string_view>

namespace heddle::report {

// "Two unordered accesses to the same memory, ..."; empty for a rule this version does not know.
std::string rule_summary(std::string_view rule);

// A prediction or a leak: worth a warning, not an error.
bool is_warning(std::string_view rule);

}  // namespace heddle::report
