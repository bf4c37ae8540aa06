// The state of the running thread, as a fingerprint: what Operation::state answers.
#pragma once

#include <cstdint>

#include "checker/kernel/operation.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/thread.hpp"

namespace heddle::runtime {

// What the instrumentation hooks of reads save on entry, before anything of the runtime runs: the registers a
// function must preserve, and the stack pointer. tsan_atomics.cpp's entry code writes it.
struct SavedRegisters {
  std::uint64_t preserved[6];  // rbx, rbp, r12 to r15
  std::uintptr_t stack_pointer;
};
extern "C" __attribute__((visibility("hidden"))) SavedRegisters heddle_saved_registers;

// Fingerprint of the saved registers and the stack pointer, of the thread's stack above the saved stack
// pointer but for the values of atomic objects, which other threads may store, and of its count of side
// effects. `thorough`: also of how often the thread has changed memory unseen; for that, memory_state() is
// taken from now on whenever the thread goes on from an operation and comes to the next. So what others do to
// memory meanwhile does not matter. Valid only in an operation begun by a hook that saves registers.
//
// It lasts (kernel::Fingerprint) if what it includes of the stack was zero when the thread began. It varies
// with atomic objects there: others may use them first.
kernel::Fingerprint running_state(bool thorough);

// While hot.watches_memory: the thread has come to its next operation, or goes on from one.
void look_for_changes(Thread& thread);
void remember_memory(Thread& thread);

// Before the thread begins: what fingerprints have included of stacks is zero on this one, not what the
// execution before left there. So whether a thread spins does not depend on which executions came before.
void clean_stack(Thread& thread);

// What Operation::state has to be in an operation that returns to `pc`: running_state, or null if the call
// came in by a way that saves no registers (libatomic, a futex).
inline kernel::Fingerprint (*state_if_saved(std::uintptr_t pc))(bool) {
  const auto* const top = reinterpret_cast<const std::uintptr_t*>(heddle_saved_registers.stack_pointer);
  return top != nullptr && *top == pc ? running_state : nullptr;
}

bool looks_at_stacks();  // a fingerprint has been taken in this process

}  // namespace heddle::runtime
