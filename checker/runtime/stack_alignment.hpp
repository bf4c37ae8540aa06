// How the runtime is entered on a stack of any alignment.
#pragma once

// A function of the runtime that the program calls with its stack as it happens to be. The ABI wants the
// stack pointer to be a multiple of 16 at a call, and compiled code depends on it; but a program's assembly
// may not keep to that, nor does one that has run off the end of a function whose return statement is
// missing. Such a program must crash by itself, with a verdict, not inside the checker.
#if defined(__x86_64__)
#define HEDDLE_ALIGNS_STACK __attribute__((force_align_arg_pointer))
#else
#define HEDDLE_ALIGNS_STACK
#endif
