// Whether code can tell two results of a call apart, read off the machine code that the call returns to.
//
// The result is in eax. First the code is followed, once with each result, as long as it only compares that:
// `r != 0 && r != -1` takes both the same way. From where the two ways meet, the result is unused if, however
// the code goes on, rax and the flags are overwritten before anything reads them. Only instructions that are
// known in full are passed; whatever else comes, the end of a function included, counts as a use. Calls are
// passed as if they left rax alone: a function's arguments are elsewhere, and who calls a variadic one sets
// al first; but a compiler that knows the function may keep a value in rax across the call. The checker's own
// functions are opaque to it, and overwrite rax.
#pragma once

#include <cstdint>
#include <span>

namespace heddle::frontend {

// For any x86-64 code, which must be as long as what it says; `opaque` are functions the compiler cannot see.
bool tells_apart(const std::uint8_t* code, std::uint32_t a, std::uint32_t b,
                 std::span<const std::uintptr_t> opaque);

// Whether what the code returns to has any use for the result at all, whatever it is.
bool uses_result(const std::uint8_t* code, std::span<const std::uintptr_t> opaque);

// For the return address of a call in the program's code. Remembers the answers, so always for the same two
// results. Elsewhere than on x86-64: true.
bool tells_apart(std::uintptr_t return_address, int a, int b);
bool uses_result(std::uintptr_t return_address);

}  // namespace heddle::frontend
