// Threads made once, pinned, that run the functions a body hands to heddle::together.
#pragma once

#include <cstdint>

namespace heddle::stress {

// How the team's threads are placed on the processors from the next meeting on.
enum class Placement : std::uint8_t {
  spread,    // each on a processor of its own as far as there are any
  turned,    // the same, by another permutation
  together,  // all on one
  free,      // wherever the system likes
};
void place_team(Placement placement, std::uint64_t turn);

// From the next meeting on, each thread fills its caches with other memory before it begins, so that the
// first accesses of its function are slow, stores wait in the store buffer, and threads differ in speed.
void set_pressure(bool wanted);

// Whether heddle::together makes threads as usual instead, for somebody who wants to see them made.
void make_threads_anew(bool wanted);

// The calling thread, which a meeting may have pinned, may run on any processor again.
void unpin();

}  // namespace heddle::stress
