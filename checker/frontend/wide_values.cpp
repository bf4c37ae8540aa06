#include "checker/frontend/wide_values.hpp"

#include <cstddef>
#include <cstdint>

#include "checker/kernel/memory.hpp"
#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/runtime.hpp"

namespace heddle::frontend {
namespace {

struct Entry {
  Wide value;
  std::uint32_t next;  // same bucket; 0: none
};
constexpr std::size_t buckets = std::size_t{1} << 12;

struct Table {
  kernel::Vector<Entry> entries = kernel::Vector<Entry>(1);
  std::uint32_t bucket[buckets] = {};
};
// Shared: explorers remember values from one execution to the next, also when each runs in a process of its
// own.
Table* table = nullptr;

Table& opened_table() {
  if (table == nullptr) table = &runtime::make_shared_object<Table>();
  return *table;
}
// Before the first execution, so that forked ones find it.
__attribute__((constructor)) void open_table() {
  if (runtime::check_requested()) opened_table();
}

std::size_t bucket_of(Wide value) {
  const auto low = static_cast<std::uint64_t>(value);
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return ((low ^ high * 0x9e37'79b9'7f4a'7c15) * 0xff51'afd7'ed55'8ccd) >> 52;
}

}  // namespace

kernel::Value intern_wide(Wide value) {
  Table& known = opened_table();
  std::uint32_t& head = known.bucket[bucket_of(value)];
  for (std::uint32_t i = head; i != 0; i = known.entries[i].next) {
    if (known.entries[i].value == value) return i;
  }
  const runtime::SharedMemoryScope scope;
  known.entries.push_back({value, head});
  head = static_cast<std::uint32_t>(known.entries.size() - 1);
  return head;
}

Wide wide_value(kernel::Value number) { return table->entries[number].value; }

}  // namespace heddle::frontend
