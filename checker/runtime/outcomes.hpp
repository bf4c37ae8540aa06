// What executions say they observed (heddle_observe), and how many complete executions observed the same.
#pragma once

#include "checker/kernel/memory.hpp"
#include "checker/kernel/types.hpp"

namespace heddle::runtime {

// At most so many outcomes are told apart; further ones count as one, "(others)".
inline constexpr std::size_t outcomes_max = std::size_t{1} << 16;

// Adds to what the running execution observed. The texts of a thread keep their order; those of different
// threads are put in the order of thread numbers, whatever the interleaving: equivalent executions then have
// equal outcomes.
void observe(kernel::ThreadId thread, const char* text);
// A new execution has observed nothing.
void reset_observations();
// The execution was a complete one of the search's: its outcome counts.
void count_outcome();
// The search has begun again: nothing was counted.
void forget_outcomes();
// Moves or copies everything counted to the end of `out`, and adds what was put there.
void take_outcomes(kernel::Vector<std::uint8_t>& out);
void copy_outcomes(kernel::Vector<std::uint8_t>& out);
void add_outcomes(const std::uint8_t* begin, const std::uint8_t* end);
// The records of all outcomes.
void write_outcomes();

}  // namespace heddle::runtime
