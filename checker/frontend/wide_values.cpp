#include "checker/frontend/wide_values.hpp"

#include <cstddef>
#include <cstdint>
#include <new>

#include "checker/kernel/memory.hpp"

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
Table* table = nullptr;

std::size_t bucket_of(Wide value) {
  const auto low = static_cast<std::uint64_t>(value);
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return ((low ^ high * 0x9e37'79b9'7f4a'7c15) * 0xff51'afd7'ed55'8ccd) >> 52;
}

}  // namespace

kernel::Value intern_wide(Wide value) {
  if (table == nullptr) table = new (kernel::engine_allocate(sizeof(Table))) Table;
  std::uint32_t& head = table->bucket[bucket_of(value)];
  for (std::uint32_t i = head; i != 0; i = table->entries[i].next) {
    if (table->entries[i].value == value) return i;
  }
  table->entries.push_back({value, head});
  head = static_cast<std::uint32_t>(table->entries.size() - 1);
  return head;
}

Wide wide_value(kernel::Value number) { return table->entries[number].value; }

}  // namespace heddle::frontend
