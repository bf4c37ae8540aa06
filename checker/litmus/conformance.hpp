// Explores a litmus program and compares what was seen with what is expected.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "checker/explore/explorer.hpp"
#include "checker/litmus/program.hpp"

namespace heddle::litmus {

struct SearchOptions {
  bool exhaustive = false;
  std::uint64_t executions = 20'000;     // random ones
  std::string model;                     // "rc11", "sc" or "tso"; empty: the program's own
  std::string strategy = "random_walk";  // or "pct", "pos", "portfolio"
  std::uint64_t seed = 1;
  bool reductions = true;
  std::string no_reduction;   // names of reductions to do without, separated by commas
  bool symmetry = false;      // explore one order of threads that do the same; then counts may be lower
  std::uint64_t shuffle = 0;  // not 0: exhaustive search extends threads in random order
};

struct Outcome {
  std::set<std::vector<std::int64_t>> states;
  bool raced = false;
  std::string trouble;  // the search itself went wrong; empty if not
  explore::Counts counts;
};

Outcome explore_program(const Program& program, const SearchOptions& options);

// Empty if the outcome is as expected, otherwise what differs. A random search may miss states, an exhaustive
// one must match states and number of executions exactly.
std::string difference(const Program& program, const Outcome& outcome, const SearchOptions& options);

}  // namespace heddle::litmus
