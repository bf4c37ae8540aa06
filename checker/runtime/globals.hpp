// Global variables: remembered before the first execution, put back before each further one.
//
// Covered: the writable segments of the executable, of instrumented shared libraries and of libstdc++,
// without RELRO, the lazily bound part of the GOT and the runtime's own data (sections heddle_data and
// heddle_bss, into which the build puts all of it). libc is never touched: its state (stdio, malloc) is
// shared with the engine and outlives executions.
//
// Small segments are copied whole. Of big ones only pages that were ever written are copied: they are
// write-protected and the first write to a page, a fault, is noticed once. System calls that write to a
// protected page fail with EFAULT instead of faulting; therefore the pages the first execution writes are
// found by comparing, unprotected, and frontends announce the buffers of calls they forward
// (prepare_kernel_write).
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

// Once, before the first execution.
void snapshot_globals();
void restore_globals();

// True if `address` was in a page protected by us, which is writable now: the faulting write may be retried.
bool handle_globals_fault(std::uintptr_t address);

// Further memory that belongs to the program's initial state, such as the blocks constructors allocated.
// Between snapshot_globals and the first execution; the memory must stay mapped. Of more than a page, only
// written pages are copied.
void remember_memory(std::uintptr_t address, std::size_t bytes);

// The kernel is about to write [address, address + bytes).
void prepare_kernel_write(std::uintptr_t address, std::size_t bytes);

// Calls visit(begin, bytes, context) for all memory that is restored.
void visit_globals(void (*visit)(std::uintptr_t begin, std::size_t bytes, void* context), void* context);

// Bytes copied by each restore at present; for tests.
std::size_t globals_bytes_restored();

}  // namespace heddle::runtime
