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

// The ways to make a schedule from another one.
enum class Arm : std::uint8_t {
  records,     // a few of its records changed, or bytes of the scenario
  tail,        // the first part of it, and then a random strategy
  walk,        // nothing of it: a uniform random walk,
  order,       // or a sampled partial order,
  priorities,  // or threads by priority, with a few changes
};
inline constexpr std::size_t arms = 5;

// Which of the arms is worth its executions: one whose inputs do what no input did before gets more of them,
// and when none does all get the same.
class Portfolio {
 public:
  Arm draw(std::uint64_t seed) const;
  // An input of this arm was executed. Older ones count for less and less.
  void executed(Arm arm, bool news);

 private:
  double tries_[arms] = {};
  double news_[arms] = {};
};

// Changes the schedule as the arm says, or the scenario: at most `most` bytes.
Input mutated(std::span<const std::uint8_t> input, std::size_t most, std::uint64_t seed,
              const MutateBytes& bytes, Arm arm);

// The scenario of one, and the first part of one's schedule followed by the second part of the other's.
Input spliced(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other, std::size_t most,
              std::uint64_t seed);

}  // namespace heddle::stress
