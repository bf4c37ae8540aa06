// A part of a search: some of its open items, described so that any process can take them up.
//
// What a graph's run pushes is a function of the graph, so an item is found again by the way that leads to
// it: from the empty graph, which of the items that each run pushed was taken next. Nothing of a graph is
// stored, and a part is a few bytes for each step of the way.
#pragma once

#include <cstdint>

#include "checker/kernel/memory.hpp"

namespace heddle::explore {

struct Part {
  struct Step {
    std::uint32_t pushed = 0;  // items the graph's run pushed
    std::uint32_t taken = 0;   // the one that was taken
    bool operator==(const Step&) const = default;
  };
  bool whole = true;         // everything from the empty graph on; the rest has no meaning then
  kernel::Vector<Step> way;  // from the empty graph
  std::uint32_t pushed = 0;  // items the run of the last graph of the way pushed
  // The items, by their place in the stack of open items that the way leaves.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

inline constexpr std::uint64_t fnv_start = 0xcbf2'9ce4'8422'2325U;
std::uint64_t fnv(const char* data, std::size_t bytes, std::uint64_t hash = fnv_start);

using Bytes = kernel::Vector<std::uint8_t>;

// Variable-length numbers, seven bits a byte.
void put_number(Bytes& out, std::uint64_t number);
bool take_number(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& number);

void put_part(Bytes& out, const Part& part);
// False: damaged.
bool take_part(const std::uint8_t*& at, const std::uint8_t* end, Part& part);

}  // namespace heddle::explore
