// Which functions are instrumented completely, and how a program says so.
#pragma once

#include "checker/instrument/gcc.hpp"

namespace heddle::instrument {

// The statement, of a function that both passes have seen, may access memory that others know of without a
// hook: assembly that is more than a barrier or a hint, a builtin that gcc may make instructions of which
// follow a pointer, a constant that is volatile; or call what nobody can tell.
bool may_access_unseen(const gimple* statement);

// The address is taken of a function that would be such a call, anywhere in the file that is compiled.
bool may_call_unseen_by_pointer();

// Notes in section `heddle_instrumented` that the function is instrumented completely: four bytes, the
// distance from there to an address in the function. They belong to the function's COMDAT group, if it has
// one, so that what the linker drops is not noted.
void note_complete(function* compiled);

}  // namespace heddle::instrument
