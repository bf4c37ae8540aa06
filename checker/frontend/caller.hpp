// Who called an intercepted function: the program (and the libraries it brings), or libc and the loader for
// themselves.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::frontend {

// False for calls from libc, the loader and libgcc, whose memory outlives executions. Works before
// constructors run.
bool is_called_by_program(std::uintptr_t pc);

// In the executable's own code.
bool in_executable(std::uintptr_t pc);

// An allocation by this caller belongs on the checker's heap: the program's, in an execution or in a process
// that was asked to check.
bool use_our_heap(std::uintptr_t pc);

// A large block that libstdc++ allocates for itself when it is loaded: its emergency memory for exceptions,
// which would otherwise be restored before every execution.
bool is_library_pool(std::size_t bytes, std::uintptr_t pc);

// `address` lies in the executable's image or on a thread's stack: never the result of an allocation.
bool cannot_be_heap(std::uintptr_t address);

// The call a user would recognise. operator new calls malloc from libstdc++; the return address into the
// executable's code is then a few words further up the stack. `frame` is malloc's frame address. Only used in
// reports.
std::uintptr_t allocation_site(std::uintptr_t pc, const void* frame);

}  // namespace heddle::frontend
