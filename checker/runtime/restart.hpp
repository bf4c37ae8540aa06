// Starting over in the same process image when running executions one after the other turned out not to
// repeat.
#pragma once

namespace heddle::runtime {

// Executes the program again with isolation=fork added to its options. Returns only if that is impossible.
void restart_isolated(char** argv, char** environment);

}  // namespace heddle::runtime
