// HEDDLE_OPTIONS of this process, readable from its first instruction on.
#pragma once

#include "checker/explore/options.hpp"

namespace heddle::runtime {

// Parsed on the first call, which may come from the first malloc, before libc is initialised. Run::none when
// the variable is missing or malformed; see options_error.
explore::Options& requested_options();

// The variable's text, "" if there is none.
const char* requested_options_text();
// A check begins in the middle of the program: from here on this process counts as one that was asked to
// check, with these options.
void adopt_options(const explore::Options& options);

// What is wrong with HEDDLE_OPTIONS, null if nothing. `where` is the offending pair.
const char* options_error(const char** where);

}  // namespace heddle::runtime
