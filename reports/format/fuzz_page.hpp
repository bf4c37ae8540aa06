// The page a fuzzer and the program it fuzzes share, and the two regions of an input. Plain data, also for
// the program under test: no more than integers is included.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::format {

struct FuzzPage {
  static constexpr std::uint32_t magic_value = 0x68664432;  // of this layout
  static constexpr std::size_t input_max = std::size_t{1} << 20;
  static constexpr unsigned counters_bits = 15;
  static constexpr std::size_t counters_max = std::size_t{1} << counters_bits;

  std::uint32_t magic;
  std::uint32_t stop;  // no more inputs
  // Numbers of inputs, futex words: the fuzzer raises `request` when an input is there, the program sets
  // `answer` to it when it has been executed. They differ while it runs.
  alignas(64) std::uint32_t request;
  std::uint32_t size;
  alignas(64) std::uint32_t answer;
  std::uint32_t bug;  // of the answered input
  std::uint8_t input[input_max];
  alignas(4096) std::uint8_t counters[counters_max];  // not 0: that happened
};

// An input is the length of its scenario in two bytes, low byte first, the scenario, the schedule. A length
// beyond the end means that all of it is scenario.
struct FuzzRegions {
  std::size_t scenario = 0;  // begins here
  std::size_t scenario_bytes = 0;
  std::size_t schedule = 0;  // begins here, to the end
};
inline FuzzRegions fuzz_regions(const std::uint8_t* input, std::size_t size) {
  constexpr std::size_t prefix = 2;
  if (size < prefix) return {size, 0, size};
  const std::size_t wanted = input[0] | static_cast<std::size_t>(input[1]) << 8U;
  const std::size_t most = size - prefix;
  const std::size_t bytes = wanted < most ? wanted : most;
  return {prefix, bytes, prefix + bytes};
}

}  // namespace heddle::format
