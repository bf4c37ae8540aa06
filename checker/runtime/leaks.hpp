// Memory leaks at the end of a complete execution (option leaks=1).
#pragma once

namespace heddle::runtime {

// Notes the blocks this execution allocated, did not free and can no longer reach from globals, thread-local
// storage or the stacks of threads that still live. Conservative: a word that looks like a pointer into a
// block keeps it.
void note_leaks();

}  // namespace heddle::runtime
