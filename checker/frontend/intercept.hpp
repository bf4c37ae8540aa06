// How a frontend defines a function the program calls.
#pragma once

#include <cstdint>

#include "checker/runtime/stack_alignment.hpp"

// Visible to the program: everything else in the runtime is hidden and made local when it is merged. Weak,
// because a program may have a function of its own by the name of one of the C library's (`send`, `select`):
// it wins.
#define HEDDLE_VISIBLE extern "C" __attribute__((visibility("default"), weak))

// What the program calls on its stack. Hooks that run too often to align it are only visible: what they call
// does.
#define HEDDLE_INTERCEPT HEDDLE_VISIBLE HEDDLE_ALIGNS_STACK

// The return address of the function this is written in.
#define HEDDLE_CALLER_PC reinterpret_cast<std::uintptr_t>(__builtin_return_address(0))
