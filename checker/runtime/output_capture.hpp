// What the program prints during replays goes into the finding instead of to the terminal once more.
#pragma once

#include <cstddef>

namespace heddle::runtime {

// From begin to end, descriptors 1 and 2 lead to a private file. Calls do not nest.
void begin_output_capture();
// Restores them. Copies the last bytes printed, at most capacity - 1 and whole lines if possible, and ends
// them with 0.
void end_output_capture(char* tail, std::size_t capacity);

}  // namespace heddle::runtime
