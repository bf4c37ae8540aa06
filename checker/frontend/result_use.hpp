// Whether a call's result is used, read off the machine code that the call returns to.
//
// The result is in rax. It is unused if, on every way the code can take from the return address, rax is
// overwritten before anything reads it. Only instructions that are known in full are passed; whatever else
// comes, the end of a function included, counts as a use. Calls are passed as if they left rax alone: a
// function's arguments are elsewhere, and who calls a variadic one sets al first; but a compiler that knows
// the function may keep a value in rax across the call. The hook at an instrumented function's end overwrites
// it.
#pragma once

#include <cstdint>

namespace heddle::frontend {

// For the return address of a call in the program's code. Remembers the answers. Elsewhere than on x86-64:
// true.
bool result_is_used(std::uintptr_t return_address);

// The same for any x86-64 code, which must be as long as what it says, without a memory.
bool reads_result(const std::uint8_t* code);

}  // namespace heddle::frontend
