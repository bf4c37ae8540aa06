// HEDDLE_OPTIONS of this process, readable from its first instruction on.
#pragma once

#include "checker/explore/options.hpp"

namespace heddle::runtime {

// Parsed on the first call, which may come from the first malloc, before libc is initialised. Run::none when
// the variable is missing or malformed; see options_error.
explore::Options& requested_options();

// What is wrong with HEDDLE_OPTIONS, null if nothing. `where` is the offending pair.
const char* options_error(const char** where);

}  // namespace heddle::runtime
