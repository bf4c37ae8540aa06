// A source of random choices that is the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>

namespace heddle::oracle {

// The standard's distributions differ between libraries; remainders of the engine, whose output is specified,
// do not.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t index) {
    std::seed_seq sequence{seed, seed >> 32, index, index >> 32};
    engine_.seed(sequence);
  }

  // 0 .. bound-1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  // low .. high.
  std::size_t between(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  bool percent(std::size_t chance) { return below(100) < chance; }

  template <class T>
  T any_of(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace heddle::oracle
