// What the runtime leaves on the stacks of the program's threads, on which it works.
//
// Functions of the program come to lie there that do not write all of their frames. What is in them then
// belongs to the thread's state (spin_state.hpp), though it is another in each round of a loop. So it is made
// zero where that matters (hot.cleans_stacks): once fingerprints have been taken, and from the start of an
// execution on where a loop is known. Called last by what does operations for the program or checks its plain
// accesses.
#pragma once

#include "checker/runtime/hot_state.hpp"

namespace heddle::runtime {

void clean_below_operation();
void clean_below_access();

inline void clean_own_frames() {
  if (hot.cleans_stacks) [[unlikely]]
    clean_below_operation();
}
// After the check of an access, which needs less.
inline void clean_frames_of_access() {
  if (hot.cleans_stacks) [[unlikely]]
    clean_below_access();
}

}  // namespace heddle::runtime
