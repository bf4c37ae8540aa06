#include "reports/format/rule_lookup.hpp"

namespace heddle::format {

std::optional<Rule> rule_of(std::string_view id) {
  for (int number = 1; number <= rules_count; ++number) {
    const auto rule = static_cast<Rule>(number);
    if (id == info(rule).id) return rule;
  }
  return std::nullopt;
}

std::string rule_name(std::string_view id) {
  const auto rule = rule_of(id);
  return rule ? info(*rule).name : std::string(id);
}

std::string rule_title(std::string_view id) {
  const auto rule = rule_of(id);
  return rule ? info(*rule).title : std::string(id);
}

}  // namespace heddle::format
