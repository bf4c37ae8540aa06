#include "cli/duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace heddle::cli {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 5> units = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr double ms_max = 1e15;

}  // namespace

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    double number = 0;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (failed != std::errc() || number < 0 || !std::isfinite(number)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    double unit = total == 0 && text.empty() ? 1000 : 0;
    for (const auto& [name, ms] : units) {
      // "m" must not take the start of "ms"
      if (unit == 0 && text.starts_with(name) && !(name == "m" && text.starts_with("ms"))) {
        unit = ms;
        text.remove_prefix(name.size());
      }
    }
    if (unit == 0) return std::nullopt;
    total += number * unit;
  }
  if (total > ms_max) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(total));
}

}  // namespace heddle::cli
