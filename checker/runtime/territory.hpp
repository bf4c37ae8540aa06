// Which memory only one thread touches, over all executions of a search: what makes the code between two
// operations of a thread a function of the thread's history (explore/exhaustive/memo.hpp).
//
// Four bytes of memory each are: touched by one thread; touched by the main thread until it creates another,
// and by that one from then on; only read, by any threads; an atomic object; or shared, and then code that
// touches them is open. What the main thread does while it is alone is not looked at: every execution begins
// with it, and threads that read it are told apart by what the main thread had done when it created them.
// Since the main thread creates all threads (else the memo is switched off), where it stands says which
// exist.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

// While hot.memo is set: the running thread accesses plain memory, or an atomic object.
void note_plain_access(std::uintptr_t address, std::size_t bytes, bool write);
void note_atomic_access(std::uintptr_t address, std::size_t bytes);
// What a call answers through a pointer.
void note_result(const void* result, std::size_t bytes);
// It does something that depends on others, or that others may depend on.
void note_open();
// Something was done that a memo cannot tell from anything else.
void forget_all();

}  // namespace heddle::runtime
