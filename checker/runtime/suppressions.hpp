// Library code that is known to race by the letter of the standard and to be right in practice.
//
// libstdc++ 12's atomic<shared_ptr> unlocks with a relaxed store after a load, so its pointer is read and
// written without an edge in between. Functions are recognised by symbol in the executable's symbol table,
// innermost frames first; code the compiler has inlined into the user's own functions has no symbol, and is
// left to the report side, which knows inlined frames.
#pragma once

#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// True if one of the innermost frames is in such a function. Reads the symbol table on the first call.
bool is_suppressed(const StackTrace& stack);

}  // namespace heddle::runtime
