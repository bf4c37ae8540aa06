// Fingerprint of everything the program may keep state in besides registers and the stack. For recognising
// spin loops: code that is not instrumented (a C library's strtok, assembly) may make progress nobody saw.
#pragma once

#include <cstdint>

namespace heddle::runtime {

// Of all writable memory but the engine's own and stacks: variables of all modules, the heap in use, what
// libc and the program mapped, the calling thread's thread-local block. Reads all of it: tens of
// microseconds, or milliseconds for a big heap, so ask rarely.
std::uint64_t memory_state();

}  // namespace heddle::runtime
