// Rules by their id, for readers of records and reports.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reports/format/rule.hpp"

namespace heddle::format {

std::optional<Rule> rule_of(std::string_view id);  // "HED001"
std::string rule_name(std::string_view id);        // "data-race"; for an unknown rule the id itself
std::string rule_title(std::string_view id);       // "Data race"; for an unknown rule the id itself

}  // namespace heddle::format
