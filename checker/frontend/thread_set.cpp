#include "checker/frontend/thread_set.hpp"

#include <cstddef>
#include <cstdint>

#include "checker/kernel/memory.hpp"

namespace heddle::frontend::thread_set {
namespace {

constexpr std::size_t words = kernel::threads_max / 64;

struct Bits {
  std::uint64_t word[words] = {};
  std::uint64_t hash() const {
    std::uint64_t h = 0;
    for (const std::uint64_t w : word) h = (h ^ w) * 0x9e3779b97f4a7c15U + (h >> 29);
    return h;
  }
  bool operator==(const Bits&) const = default;
};

// Never shrinks: locations of later executions must be able to hold the same numbers.
struct Interned {
  kernel::Vector<Bits> sets;
  kernel::Vector<std::uint32_t>
      table;  // by hash: the set's number plus 1, 0 for none; a power of two in size

  std::uint32_t* slot(const Bits& bits) {
    std::size_t at = bits.hash() & (table.size() - 1);
    while (table[at] != 0 && sets[table[at] - 1] != bits) at = (at + 1) & (table.size() - 1);
    return &table[at];
  }

  std::uint32_t number(const Bits& bits) {
    if (sets.size() * 2 >= table.size()) {
      const std::size_t size = table.empty() ? 256 : table.size() * 2;
      table.assign(size, 0);
      for (std::uint32_t i = 0; i < sets.size(); ++i) *slot(sets[i]) = i + 1;
    }
    std::uint32_t* found = slot(bits);
    if (*found == 0) {
      sets.push_back(bits);
      *found = static_cast<std::uint32_t>(sets.size());
    }
    return *found - 1;
  }
};
// A union member is never destroyed: threads may still run when static objects die.
union Storage {
  Interned interned;
  constexpr Storage() : interned{} {}
  ~Storage() {}
};
constinit Storage storage;

Bits bits_of(Value set) {
  if ((set & wide) != 0) return storage.interned.sets[static_cast<std::uint32_t>(set)];
  Bits bits;
  bits.word[0] = set & ~(locked | destroyed);
  return bits;
}

Value value_of(const Bits& bits, Value flags) {
  bool is_wide = bits.word[0] >> narrow_threads != 0;
  for (std::size_t i = 1; i < words; ++i) is_wide = is_wide || bits.word[i] != 0;
  if (!is_wide) return bits.word[0] | flags;
  return storage.interned.number(bits) | wide | flags;
}

}  // namespace

Value wide_with(Value set, ThreadId thread) {
  Bits bits = bits_of(set);
  bits.word[thread / 64] |= std::uint64_t{1} << thread % 64;
  return value_of(bits, set & (locked | destroyed));
}

Value wide_without(Value set, ThreadId thread) {
  Bits bits = bits_of(set);
  bits.word[thread / 64] &= ~(std::uint64_t{1} << thread % 64);
  return value_of(bits, set & (locked | destroyed));
}

bool wide_contains(Value set, ThreadId thread) {
  return (storage.interned.sets[static_cast<std::uint32_t>(set)].word[thread / 64] >> thread % 64 & 1) != 0;
}

ThreadId wide_size(Value set) {
  ThreadId count = 0;
  for (const std::uint64_t w : storage.interned.sets[static_cast<std::uint32_t>(set)].word) {
    count += static_cast<ThreadId>(__builtin_popcountll(w));
  }
  return count;
}

ThreadId wide_member(Value set, ThreadId n) {
  const Bits& bits = storage.interned.sets[static_cast<std::uint32_t>(set)];
  for (std::size_t i = 0; i < words; ++i) {
    const auto here = static_cast<ThreadId>(__builtin_popcountll(bits.word[i]));
    if (n < here) {
      std::uint64_t w = bits.word[i];
      for (; n > 0; --n) w &= w - 1;
      return static_cast<ThreadId>(i * 64) + static_cast<ThreadId>(__builtin_ctzll(w));
    }
    n -= here;
  }
  return kernel::no_thread;
}

}  // namespace heddle::frontend::thread_set
