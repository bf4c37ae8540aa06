#include "checker/runtime/access_report.hpp"

#include <cstdio>

#include "checker/runtime/access_log.hpp"
#include "checker/runtime/benign_races.hpp"
#include "checker/runtime/environment.hpp"
#include "checker/runtime/finding.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/suppressions.hpp"

namespace heddle::runtime {
namespace {

const char* word(AccessKind kind) {
  switch (kind) {
    case AccessKind::read:
      return "read";
    case AccessKind::write:
      return "write";
    case AccessKind::atomic_read:
      return "atomic read";
    case AccessKind::atomic_write:
      return "atomic write";
    case AccessKind::free:
      return "free";
  }
  return "access";
}

const char* word(const detect::Access& access) {
  if (access.allocation) return "allocation";
  if (access.atomic) return access.write ? "atomic write" : "atomic read";
  return access.write ? "write" : "read";
}

const char* plural(std::size_t n) { return n == 1 ? "" : "s"; }

Access current_access(const MemoryRange& whole, AccessKind kind, std::uintptr_t pc) {
  Access access;
  access.role = "current";
  access.kind = word(kind);
  access.thread = self();
  access.size = static_cast<std::uint32_t>(whole.bytes);
  access.address = whole.address;
  access.step = trace_position();
  capture_stack(current_thread(), pc, access.stack);
  return access;
}

// Of the cell of `address`, the bytes that race.
bool all_benign(std::uintptr_t address, std::uint8_t racing) {
  const std::uintptr_t cell = address & ~(cell_bytes - 1);
  for (std::size_t i = 0; i < cell_bytes; ++i) {
    if ((racing >> i & 1U) != 0 && !is_benign_race(cell + i)) return false;
  }
  return true;
}

void attach_block(const HeapBlock& block) {
  if (!block.found) return;
  Access access;
  access.address = block.address;
  access.size = static_cast<std::uint32_t>(block.size);
  if (block.freed) {
    access.role = "freed_at";
    access.kind = "free";
    access.thread = block.freed_by;
    access.stack = block.freed_at;
    attach(access);
  }
  access.role = "allocated_at";
  access.kind = "allocation";
  access.thread = block.allocated_by;
  access.stack = block.allocated_at;
  attach(access);
}

// Attaches the block, if it is in one.
template <std::size_t bytes>
void describe_unwritten(const MemoryRange& whole, AccessKind kind, char (&text)[bytes]) {
  auto* const where = reinterpret_cast<void*>(whole.address);
  if (!in_heap_region(whole.address)) {
    const auto owner = static_cast<kernel::ThreadId>((whole.address - slots_region) / slot_stride);
    snprintf(text, bytes, "%s of %zu byte%s at %p, on the stack of thread %u, which nobody has written",
             word(kind), whole.bytes, plural(whole.bytes), where, owner);
    return;
  }
  const HeapBlock block = heap_block_at(whole.address);
  attach_block(block);
  snprintf(text, bytes,
           "%s of %zu byte%s at %p, which nobody has written since thread %u allocated the block", word(kind),
           whole.bytes, plural(whole.bytes), where, block.allocated_by);
}

}  // namespace

void report_race(std::uintptr_t address, const MemoryRange& whole, AccessKind kind,
                 const detect::Conflict& conflict, std::uintptr_t pc) {
  if (!requested_options().check_races || all_benign(address, conflict.previous.mask)) return;
  const Access current = current_access(whole, kind, pc);
  if (is_suppressed(current.stack)) return;

  const detect::Access& before = conflict.previous;
  Access previous;
  previous.role = "previous";
  previous.kind = word(before);
  previous.thread = before.thread;
  previous.size = static_cast<std::uint32_t>(__builtin_popcount(before.mask));
  previous.address = (address & ~(cell_bytes - 1)) + static_cast<unsigned>(__builtin_ctz(before.mask));
  LoggedAccess logged;
  if (find_logged_access(address, before, logged)) {
    previous.address = logged.whole.address;
    previous.size = static_cast<std::uint32_t>(logged.whole.bytes);
    previous.step = logged.step;
    previous.stack = logged.stack;
  } else if (before.allocation) {
    const HeapBlock block = heap_block_at(address);
    previous.address = block.address;
    previous.size = static_cast<std::uint32_t>(block.size);
    previous.stack = block.allocated_at;
  }
  attach(current);
  attach(previous);
  fail_at(format::Rule::data_race, pc, "%s of %zu byte%s at %p by thread %u races with the %s by thread %u",
          current.kind, whole.bytes, plural(whole.bytes), reinterpret_cast<void*>(whole.address),
          current.thread, previous.kind, previous.thread);
}

void report_inaccessible(std::uintptr_t address, const MemoryRange& whole, CellState state, AccessKind kind,
                         std::uintptr_t pc) {
  attach(current_access(whole, kind, pc));
  const HeapBlock block = heap_block_at(address);
  attach_block(block);
  auto* const where = reinterpret_cast<void*>(whole.address);
  if (state == CellState::freed) {
    fail_at(format::Rule::use_after_free, pc,
            "%s of %zu byte%s at %p, in a block of %zu bytes that thread %u freed", word(kind), whole.bytes,
            plural(whole.bytes), where, block.size, block.freed_by);
  }
  if (!block.found) {
    fail_at(format::Rule::heap_overflow, pc,
            "%s of %zu byte%s at %p, in heap memory that was never allocated", word(kind), whole.bytes,
            plural(whole.bytes), where);
  }
  if (address < block.address) {
    fail_at(format::Rule::heap_overflow, pc, "%s of %zu byte%s at %p, %zu bytes before a block of %zu bytes",
            word(kind), whole.bytes, plural(whole.bytes), where, block.address - whole.address, block.size);
  }
  fail_at(format::Rule::heap_overflow, pc, "%s of %zu byte%s at %p, at offset %zu of a block of %zu bytes",
          word(kind), whole.bytes, plural(whole.bytes), where, whole.address - block.address, block.size);
}

void report_uninitialised(const MemoryRange& whole, AccessKind kind, std::uintptr_t pc) {
  if (requested_options().uninitialized == explore::Uninitialized::ignore) return;
  attach(current_access(whole, kind, pc));
  char text[200];
  describe_unwritten(whole, kind, text);
  fail_at(format::Rule::uninitialised, pc, "%s", text);
}

void note_used_uninitialised(const MemoryRange& whole, std::uintptr_t pc) {
  attach(current_access(whole, AccessKind::read, pc));
  char text[200];
  describe_unwritten(whole, AccessKind::read, text);
  note(format::Rule::uninitialised, pc, "%s; with other bytes there the program does something else", text);
}

void report_dead_stack(const MemoryRange& whole, const Thread& owner, AccessKind kind, std::uintptr_t pc) {
  attach(current_access(whole, kind, pc));
  fail_at(format::Rule::stack_use_after_scope, pc,
          "%s of %zu byte%s at %p, on the stack of thread %u, which has ended", word(kind), whole.bytes,
          plural(whole.bytes), reinterpret_cast<void*>(whole.address), owner.id);
}

void report_bad_free(std::uintptr_t address, const char* call, std::uintptr_t pc) {
  attach(current_access({address, 0}, AccessKind::free, pc));
  auto* const where = reinterpret_cast<void*>(address);
  const HeapBlock block = in_heap_region(address) ? heap_block_at(address) : HeapBlock{};
  attach_block(block);
  if (block.found && block.address == address && block.freed) {
    fail_at(format::Rule::double_free, pc, "%s of %p, a block of %zu bytes that thread %u already freed",
            call, where, block.size, block.freed_by);
  }
  if (block.found && address > block.address && address < block.address + block.size) {
    fail_at(format::Rule::double_free, pc, "%s of %p, which is %zu bytes inside a block of %zu bytes", call,
            where, address - block.address, block.size);
  }
  fail_at(format::Rule::double_free, pc, "%s of %p, which is not the start of a heap block", call, where);
}

}  // namespace heddle::runtime
