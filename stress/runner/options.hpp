// What `heddle stress` asks of a run of the program: HEDDLE_STRESS in the environment, key=value pairs
// separated by `:` (docs/stress.md). A program started without it runs its checks for a second each.
#pragma once

#include <cstdint>

namespace heddle::stress {

struct Options {
  char result[4096] = {};        // where records are appended; empty: nowhere
  std::uint64_t seed = 1;        // of noise, affinity and nondet
  std::uint64_t check_ms = 0;    // how long one heddle::check runs its body; 0: as its own options say
  std::uint64_t check_runs = 0;  // at most so many runs of a body; 0: no bound
  bool noise = true;             // random delays at atomics and calls
  bool affinity = true;          // threads of heddle::together are pinned
  bool requested = false;        // HEDDLE_STRESS is set
};

// Read on the first call, which must come before the program has threads.
const Options& options();

// A number in `text`, which has the form of HEDDLE_STRESS; `otherwise` if it is not there.
std::uint64_t number_in(const char* text, const char* key, std::uint64_t otherwise);

}  // namespace heddle::stress
