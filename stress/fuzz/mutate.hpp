// Mutations that know the two regions of an input and the records of its schedule (docs/fuzzing.md).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace heddle::stress {

using Input = std::vector<std::uint8_t>;

// Changes bytes that have no structure, as libFuzzer does: at most `room` bytes, of which `size` are there.
// Returns the new size.
using MutateBytes = std::function<std::size_t(std::uint8_t* data, std::size_t size, std::size_t room)>;

// One to a few changes: a record added, dropped, moved, changed or repeated, or bytes of the scenario
// changed. At most `most` bytes.
Input mutated(std::span<const std::uint8_t> input, std::size_t most, std::uint64_t seed,
              const MutateBytes& bytes);

// The scenario of one, and the first part of one's schedule followed by the second part of the other's.
Input spliced(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other, std::size_t most,
              std::uint64_t seed);

}  // namespace heddle::stress
