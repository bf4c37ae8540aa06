// Sizes that the heap's blocks are rounded up to, so that a freed block fits whatever falls into its class.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

inline constexpr std::size_t heap_unit = 16;  // bytes; everything in an arena is a multiple of it

inline constexpr std::size_t small_block_max = 1024;
inline constexpr std::uint32_t small_classes = small_block_max / heap_unit + 1;
inline constexpr std::uint32_t steps_per_doubling = 8;
inline constexpr std::uint32_t size_classes = small_classes + 28 * steps_per_doubling;

struct SizeClass {
  std::uint32_t index;
  std::size_t bytes;
};
inline SizeClass class_of(std::size_t bytes) {
  if (bytes <= small_block_max) {
    const std::size_t units = bytes == 0 ? 1 : (bytes + heap_unit - 1) / heap_unit;
    return {static_cast<std::uint32_t>(units), units * heap_unit};
  }
  const unsigned doubling = static_cast<unsigned>(std::bit_width(bytes - 1)) - 11;  // 0: (1 KB, 2 KB]
  const std::size_t step = (small_block_max << doubling) / steps_per_doubling;
  const std::size_t rounded = (bytes + step - 1) / step * step;
  const std::size_t nth = (rounded - (small_block_max << doubling)) / step - 1;
  return {small_classes + doubling * steps_per_doubling + static_cast<std::uint32_t>(nth), rounded};
}

}  // namespace heddle::runtime
