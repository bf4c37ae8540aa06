#include "checker/runtime/leaks.hpp"

#include <algorithm>
#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/globals.hpp"
#include "checker/runtime/heap.hpp"
#include "checker/runtime/runtime.hpp"
#include "checker/runtime/verdict.hpp"

namespace heddle::runtime {
namespace {

struct Block {
  HeapBlock info;
  bool reached = false;
};

class Reachability {
 public:
  Reachability() {
    heap_visit_live([](const HeapBlock& block,
                       void* self) { static_cast<Reachability*>(self)->blocks_.push_back({block}); },
                    this);
    std::sort(blocks_.begin(), blocks_.end(),
              [](const Block& a, const Block& b) { return a.info.address < b.info.address; });
  }

  void scan_roots() {
    visit_globals([](std::uintptr_t begin, std::size_t bytes,
                     void* self) { static_cast<Reachability*>(self)->scan(begin, bytes); },
                  this);
    for (ThreadId id = 0; id < thread_count(); ++id) scan_thread(thread_at(id));
    while (!pending_.empty()) {
      const Block& block = blocks_[pending_.back()];
      pending_.pop_back();
      scan(block.info.address, block.info.size);
    }
  }

  template <class Visit>
  void for_each_unreached(Visit visit) const {
    for (const Block& block : blocks_) {
      if (!block.reached) visit(block.info);
    }
  }

 private:
  void scan(std::uintptr_t begin, std::size_t bytes) {
    constexpr std::uintptr_t word = sizeof(std::uintptr_t);
    const std::uintptr_t end = begin + bytes;
    for (std::uintptr_t at = (begin + word - 1) & ~(word - 1); at + word <= end; at += word) {
      reach(*reinterpret_cast<const std::uintptr_t*>(at));
    }
  }

  void scan_thread(const Thread& thread) {
    const auto block = reinterpret_cast<std::uintptr_t>(thread.slot.tls_block);
    if (block != 0 && block < thread.slot.fs_base) scan(block, thread.slot.fs_base - block);
    // A thread that exited left its stack; the one that ended the process stands in exit().
    if (thread.exited || thread.exiting) return;
    const auto top = reinterpret_cast<std::uintptr_t>(thread.context);
    if (top >= thread.slot.stack_low && top < thread.slot.stack_high) scan(top, thread.slot.stack_high - top);
  }

  void reach(std::uintptr_t pointer) {
    if (!in_heap_region(pointer)) return;
    const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), pointer,
                                        [](std::uintptr_t p, const Block& b) { return p < b.info.address; });
    if (after == blocks_.begin()) return;
    Block& block = *(after - 1);
    if (block.reached || pointer > block.info.address + block.info.size) return;
    block.reached = true;
    pending_.push_back(static_cast<std::size_t>(&block - blocks_.data()));
  }

  kernel::Vector<Block> blocks_;
  kernel::Vector<std::size_t> pending_;
};

}  // namespace

void note_leaks() {
  Reachability heap;
  heap.scan_roots();
  std::size_t count = 0;
  std::size_t bytes = 0;
  std::uintptr_t pc = 0;
  heap.for_each_unreached([&](const HeapBlock& block) {
    ++count;
    bytes += block.size;
    if (count == 1 && block.allocated_at.depth > 0) pc = block.allocated_at.pc[0];
    Access access;
    access.role = "allocated_at";
    access.kind = "allocation";
    access.thread = block.allocated_by;
    access.size = static_cast<std::uint32_t>(block.size);
    access.address = block.address;
    access.stack = block.allocated_at;
    attach(access);
  });
  if (count == 0) return;
  note(format::Rule::leak, pc, "%zu bytes in %zu blocks were never freed and nothing points to them any more",
       bytes, count);
}

}  // namespace heddle::runtime
