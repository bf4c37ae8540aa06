// The locks of stdin, stdout and stderr.
#pragma once

namespace heddle::runtime {

// An execution that ended inside printf (a crash there) leaves the stream locked by a thread that is gone.
// Unlocks the standard streams.
void release_stdio_locks();

}  // namespace heddle::runtime
