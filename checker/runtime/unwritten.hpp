// Memory that nobody has written, made recognisable (--uninitialized=used and =plain).
//
// Library code and system calls announce no write, and compilers not all (docs/instrumentation.md): that no
// write was seen proves nothing. With this option the top of every stack and new heap blocks are filled with
// a pattern that depends on the address alone. Memory that still holds it was not written, but for one chance
// in 2^(bits read - 1); nor was it copied, since elsewhere the pattern is another. What a later call finds on
// a stack is what an earlier one left there, and goes unnoticed.
//
// The pattern is the same in every execution and every process, so that a program that uses it does the same
// in a replay.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// Of a stack, its highest bytes: what lies deeper is not judged.
inline constexpr std::size_t filled_stack_bytes = std::size_t{256} << 10;
// Of a heap block, its first bytes.
inline constexpr std::size_t filled_block_bytes_max = std::size_t{64} << 10;

// Fills heap memory that was allocated just now.
void fill_unwritten(std::uintptr_t address, std::size_t bytes);

// Puts pattern under the highest bytes of a stack that nothing has been stored on yet.
void map_unwritten_stack(std::uintptr_t stack_end);
// The thread's stack as it was then; costs what was used of it since. It must not be running.
void restore_unwritten_stack(const Thread& thread);

// True if all of these bytes hold the pattern and no write of instrumented code to any of them is known.
bool is_unwritten(std::uintptr_t address, std::size_t bytes);

// A plain read of 4 or 8 bytes by the running thread, already checked in every other way.
void check_written(std::uintptr_t address, std::size_t bytes, std::uintptr_t pc);

}  // namespace heddle::runtime
