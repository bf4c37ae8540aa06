// The user's wish to stop, for loops that end on their own account.
#pragma once

namespace heddle::cli {

// From now on SIGINT, SIGTERM and SIGHUP are noted and do nothing else.
void note_interruptions();

// The first of them that came; 0: none did.
int interruption();

}  // namespace heddle::cli
