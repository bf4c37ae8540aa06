#include "checker/runtime/object_list.hpp"

#include <cstring>

#include "checker/runtime/finding.hpp"
#include "checker/runtime/modules.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/thread_slots.hpp"

namespace heddle::runtime {
namespace {

void (*describe_block)(std::uintptr_t address, BlockInfo& out) = nullptr;
constexpr char memory_word[] = "memory";

void write_block(JsonWriter& out, std::uintptr_t address, const BlockInfo& block) {
  out.key("block");
  out.hex_string(block.block);
  out.member("block_size", std::uint64_t{block.size});
  out.member("offset", address - block.block);
  out.key("allocated_by");
  if (block.allocated_by == kernel::no_thread) {
    out.null();
  } else {
    out.number(block.allocated_by);
  }
  out.key("allocated_at");
  write_stack(out, block.allocated_at);
}

// The executable's thread-local block lies right below the FS base.
bool is_thread_local(const Slot& slot, std::uintptr_t address) {
  const auto block = reinterpret_cast<std::uintptr_t>(slot.tls_block);
  return slot.tls_block != nullptr && address >= block && address < slot.fs_base;
}

const char* region_of(std::uintptr_t address, const BlockInfo& block) {
  if (block.found) return "heap";
  if (is_global(address)) return "global";
  const StackPlace place = stack_place(address);
  if (place.thread != nullptr) return is_thread_local(place.thread->slot, address) ? "thread_local" : "stack";
  return is_thread_local(thread_at(0).slot, address) ? "thread_local" : "unknown";
}

}  // namespace

void set_describe_block(void (*describe)(std::uintptr_t address, BlockInfo& out)) {
  describe_block = describe;
}

int ObjectList::number(std::uintptr_t address, const char* kind, std::uint32_t size) {
  if (address == 0) return none;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].address != address) continue;
    if (std::strcmp(entries_[i].kind, memory_word) == 0) entries_[i].kind = kind;
    if (entries_[i].size < size) entries_[i].size = size;
    if (std::strcmp(entries_[i].kind, kind) == 0 || std::strcmp(kind, memory_word) == 0)
      return static_cast<int>(i);
  }
  entries_.push_back({address, kind, size});
  return static_cast<int>(entries_.size()) - 1;
}

void ObjectList::write(JsonWriter& out) const {
  out.begin_array();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    BlockInfo block;
    if (describe_block != nullptr) describe_block(entry.address, block);
    out.begin_object();
    out.member("id", i);
    out.member("kind", entry.kind);
    out.key("address");
    out.hex_string(entry.address);
    out.member("size", std::uint64_t{entry.size});
    out.member("region", region_of(entry.address, block));
    out.key("module");
    write_address(out, entry.address);
    if (block.found) write_block(out, entry.address, block);
    out.end_object();
  }
  out.end_array();
}

const char* word(kernel::ObjectKind kind) {
  switch (kind) {
    case ObjectKind::atomic:
      return "atomic";
    case ObjectKind::mutex:
      return "mutex";
    case ObjectKind::rwlock:
      return "rwlock";
    case ObjectKind::condition:
      return "condition";
    case ObjectKind::semaphore:
      return "semaphore";
    case ObjectKind::barrier:
      return "barrier";
    case ObjectKind::once:
      return "once";
    case ObjectKind::spinlock:
      return "spinlock";
    case ObjectKind::thread:
      return "thread";
    case ObjectKind::futex:
      return "futex";
    case ObjectKind::guard:
      return "guard";
    case ObjectKind::key:
      return "key";
    case ObjectKind::file:
      return "file";
    case ObjectKind::custom:
      return "custom";
  }
  return memory_word;
}

void write_object_reference(JsonWriter& out, int number) {
  if (number == ObjectList::none) {
    out.null();
  } else {
    out.number(static_cast<std::uint64_t>(number));
  }
}

}  // namespace heddle::runtime
