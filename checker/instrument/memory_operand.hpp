// The memory that an operand of a statement stands for.
#pragma once

#include "checker/instrument/gcc.hpp"

namespace heddle::instrument {

// The bytes an operand occupies.
struct Memory {
  tree address = NULL_TREE;  // a GENERIC expression
  tree bytes = NULL_TREE;
};

// True, and what it is, if `operand` is memory of which other threads may know: no register, no constant, and
// no local variable whose address never left the function. Padding at the end of an object does not count:
// another object may be there (C++ bases, [[no_unique_address]]). `operand` may be what gimple allows as an
// argument, a left-hand side or an operand of an asm statement.
bool is_shared_memory(tree operand, Memory& memory);

// True if gcc's own pass puts a hook at an assignment from or to this memory, which it does not for all it
// could name.
bool is_instrumented_by_gcc(tree memory);

// The same as is_shared_memory for `bytes` bytes at a pointer, a gimple value.
bool is_shared_memory_at(tree pointer, tree bytes, Memory& memory);

}  // namespace heddle::instrument
