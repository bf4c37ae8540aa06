// Text of unknown origin (file names, source lines, program output) made valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace heddle::format {

// Every byte that is not part of a well-formed character (Unicode 15, table 3-7) becomes U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace heddle::format
