#include "checker/runtime/stack_depot.hpp"

#include <new>

#include "checker/kernel/memory.hpp"

namespace heddle::runtime {
namespace {

struct Entry {
  StackId next;  // same bucket
  std::uint32_t depth;
  std::uintptr_t pc[depot_depth];
};

constexpr std::uint32_t buckets = 1U << 14;
// A program that reaches this many distinct stacks gets shorter ones: the two innermost frames only.
constexpr std::size_t entries_max = std::size_t{1} << 20;

struct Depot {
  kernel::Vector<Entry> entries = kernel::Vector<Entry>(1);
  StackId bucket[buckets] = {};
};
Depot* depot = nullptr;

std::uint64_t mix(std::uint64_t hash, std::uintptr_t pc) { return (hash ^ pc) * 0x9e37'79b9'7f4a'7c15; }

}  // namespace

StackId store_stack(const Thread& thread, std::uintptr_t pc) {
  if (depot == nullptr) depot = new (kernel::engine_allocate(sizeof(Depot))) Depot;
  Entry wanted;
  wanted.depth = 0;
  std::uint64_t hash = 0;
  const std::uint32_t depth_max = depot->entries.size() < entries_max ? depot_depth : 2;
  if (pc != 0) {
    wanted.pc[wanted.depth++] = pc;
    hash = mix(hash, pc);
  }
  if (thread.slot.call_stack != nullptr) {
    for (const std::uintptr_t* top = thread.call_top;
         top != thread.slot.call_stack && wanted.depth < depth_max;) {
      wanted.pc[wanted.depth++] = *--top;
      hash = mix(hash, *top);
    }
  }
  StackId& head = depot->bucket[hash >> 50];
  for (StackId id = head; id != 0; id = depot->entries[id].next) {
    const Entry& entry = depot->entries[id];
    if (entry.depth != wanted.depth) continue;
    std::uint32_t same = 0;
    while (same < wanted.depth && entry.pc[same] == wanted.pc[same]) ++same;
    if (same == wanted.depth) return id;
  }
  wanted.next = head;
  head = static_cast<StackId>(depot->entries.size());
  depot->entries.push_back(wanted);
  return head;
}

void load_stack(StackId id, StackTrace& out) {
  out.depth = 0;
  if (id == 0) return;
  const Entry& entry = depot->entries[id];
  for (; out.depth < entry.depth; ++out.depth) out.pc[out.depth] = entry.pc[out.depth];
}

}  // namespace heddle::runtime
