// Putting the program back to where it stood before its first execution.
#pragma once

namespace heddle::runtime {

// Remembers the state of the program now: globals, heap, thread-local storage, exit handlers.
void snapshot_program();

enum class Restore : unsigned char {
  everything,
  nothing,  // the last execution ran in a process of its own
};

// Restores it and begins a new execution (a new number). Costs what the last execution touched.
void reset_program(Restore restore);

}  // namespace heddle::runtime
