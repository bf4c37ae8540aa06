// Thread-specific keys (pthread_key_t, tss_t).
#pragma once

#include "checker/runtime/thread.hpp"

namespace heddle::frontend {

// The thread ends: calls the keys' destructors for its values, as often as POSIX allows.
void run_key_destructors(runtime::Thread& thread);

}  // namespace heddle::frontend
