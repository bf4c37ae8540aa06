// Random delays where the program synchronises: they move its threads against each other by more than the
// processors would on their own.
//
// After ConTest (Edelstein, Farchi, Nir, Ratsaby, Ur, "Multithreaded Java program test generation", IBM
// Systems Journal 41(1), 2002): at most a small part of the places is delayed, and by delays of very
// different length, since many short ones cancel out.
#pragma once

#include <cstdint>

namespace heddle::stress {

enum class Noise : std::uint8_t {
  none,
  light,  // every 16th place, up to a hundred nanoseconds
  heavy,  // every 8th place, up to some microseconds, or the processor is given away
  rare,   // every 256th place, up to a hundred microseconds
  // Every second time at one place in the code of eight, nowhere else: long enough for the other threads to
  // do all they have to do meanwhile.
  targeted,
};

// Of the whole program, from now on. Changed between batches. `target` chooses the places of `targeted`.
void set_noise(Noise level, std::uint64_t target = 0);

// The calling thread's delay at this place in the code, which is usually none. Keeps errno.
void disturb(const void* place = __builtin_return_address(0));
// The same at an access to ordinary memory: these are many, so only every 16th of them counts.
void disturb_access(const void* place);

// A number below n, drawn by the calling thread. n must be at least 1.
std::uint32_t random_below(std::uint32_t n);

// Starts the calling thread's sequence anew.
void seed_thread(std::uint64_t seed);

}  // namespace heddle::stress
