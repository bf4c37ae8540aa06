#include "checker/runtime/spin_state.hpp"

#include <algorithm>
#include <cstring>

#include "checker/runtime/atomic_objects.hpp"
#include "checker/runtime/hot_state.hpp"
#include "checker/runtime/memory_state.hpp"
#include "checker/runtime/shadow.hpp"

namespace heddle::runtime {

SavedRegisters heddle_saved_registers;

namespace {

// Of a stack, down from its top, fingerprints have included so much: rounded up, so that it does not grow
// with every call that is a little deeper.
std::size_t included_bytes = 0;
constexpr std::size_t included_step = 512;

constexpr std::uint32_t looks_max = 256;  // operations in a row whose thread is watched

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9fb21c651e98df25ULL;
  return hash ^ hash >> 32;
}

}  // namespace

kernel::Fingerprint running_state(bool thorough) {
  Thread& thread = *hot.current;
  hot.cleans_stacks = !hot.fills_memory;
  std::uint64_t hash = mix(0x2545f4914f6cdd1dULL, thread.side_effects);
  hash = mix(hash, heddle_saved_registers.stack_pointer);  // no two threads are in one state
  for (const std::uint64_t word : heddle_saved_registers.preserved) hash = mix(hash, word);
  const std::size_t included = thread.slot.stack_high - heddle_saved_registers.stack_pointer;
  if (included > included_bytes)
    included_bytes = (included + included_step - 1) / included_step * included_step;
  bool varies = false;
  const auto* const end = reinterpret_cast<const std::uint64_t*>(thread.slot.stack_high);
  for (const auto* word = reinterpret_cast<const std::uint64_t*>(heddle_saved_registers.stack_pointer);
       word < end; ++word) {
    const auto address = reinterpret_cast<std::uintptr_t>(word);
    const detect::Cell& cell = cell_at(address);
    const bool has_atomics = cell.tag == shadow.tag && cell.atomic != 0;
    varies = varies || has_atomics;
    hash = mix(hash, has_atomics ? without_atomic_values(cell, address, *word) : *word);
  }
  if (thorough) {
    hot.watches_memory = true;
    thread.looks_left = looks_max;
    hash = mix(hash, thread.unseen_changes);
  }
  const bool lasts = included <= thread.cleaned && !varies && !thorough && !hot.fills_memory;
  return {hash, lasts, varies};
}

void look_for_changes(Thread& thread) {
  if (thread.looks_left == 0) return;
  // Once nobody looks any more, anything may change.
  if (--thread.looks_left == 0 || memory_state() != thread.memory_before) ++thread.unseen_changes;
}

void remember_memory(Thread& thread) {
  if (thread.looks_left != 0) thread.memory_before = memory_state();
}

bool looks_at_stacks() { return included_bytes != 0; }

void clean_stack(Thread& thread) {
  thread.cleaned = std::min(included_bytes, thread.slot.stack_high - thread.slot.stack_low);
  std::memset(reinterpret_cast<void*>(thread.slot.stack_high - thread.cleaned), 0, thread.cleaned);
}

}  // namespace heddle::runtime
