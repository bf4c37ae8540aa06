#pragma once

#include <string>
#include <string_view>

namespace heddle::cli {

// The word so that a POSIX shell reads exactly it.
std::string shell_word(std::string_view word);

}  // namespace heddle::cli
