// Operands of asm statements.
#pragma once

#include "checker/instrument/gcc.hpp"

namespace heddle::instrument {

// Does the statement access this operand, should it be memory, as if by an assignment? Not so if the assembly
// is empty (a barrier to the compiler) or if it is an atomic instruction or a prefetch, which race with
// nothing.
bool is_accessed(const gasm* statement, tree operand);

}  // namespace heddle::instrument
