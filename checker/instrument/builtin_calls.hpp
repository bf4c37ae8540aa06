// Calls of functions that gcc knows.
#pragma once

#include "checker/instrument/gcc.hpp"

namespace heddle::instrument {

// Memory functions that the runtime stands in front of must be called: gcc may not expand them, which would
// access memory without a hook. -fno-builtin-memcpy says so of calls by that name only, not of those the
// compiler makes itself or of __builtin_memcpy, with which the C++ library copies.
void keep_call(gcall* call);

struct BuiltinAccess {
  tree pointer = NULL_TREE;
  tree bytes = NULL_TREE;
  bool writes = false;
};
constexpr unsigned builtin_accesses_max = 2;

// What the call accesses through its arguments although it is not a function: va_start and va_copy. Their
// number.
unsigned accesses_of_builtin(const gcall* call, BuiltinAccess (&accesses)[builtin_accesses_max]);

}  // namespace heddle::instrument
