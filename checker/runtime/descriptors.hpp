// File descriptors and standard input, which executions leave behind changed: a process per run would start
// clean.
#pragma once

namespace heddle::runtime {

// Moves a descriptor of the engine to where the program's numbers do not depend on it; they start at 3 as
// natively. Returns the new number (or the old one if there is no room).
long move_descriptor_away(long descriptor);

void snapshot_descriptors();

// Closes what the last execution left open and rewinds standard input if it is a file. Looks only now and
// then while executions leave nothing behind: looking costs system calls.
void restore_descriptors();

}  // namespace heddle::runtime
