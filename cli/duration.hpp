#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace heddle::cli {

// "10s", "5m", "1h30m", "250ms", "0"; a bare number counts seconds. Milliseconds; nothing if it is not a
// duration.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text);

}  // namespace heddle::cli
