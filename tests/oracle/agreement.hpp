// Comparison of what the oracle finds with what a vector records.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "tests/oracle/enumerate.hpp"
#include "tests/oracle/vector.hpp"

namespace heddle::oracle {

struct Agreement {
  bool states;
  bool executions;
  bool racy;
  bool race_recorded;      // whether the vector has a race verdict at all
  bool race_free;          // neither side has a race; only then do states and executions count
  std::string difference;  // one line; empty when all() holds

  bool all() const { return racy && (!race_free || (states && executions)); }
};

Agreement compare(const Outcome& found, const RecordedResult& recorded);

// Sums of agreements.
struct Tally {
  std::size_t programs = 0;
  std::size_t race_free = 0;
  std::size_t states = 0;      // among the race-free
  std::size_t executions = 0;  // among the race-free
  std::size_t race_verdicts = 0;
  std::size_t racy = 0;                // agreements on a recorded race verdict
  std::size_t states_of_racy = 0;      // states agree although the program is racy and they need not
  std::size_t executions_of_racy = 0;  // likewise

  void add(const Agreement& agreement);
  bool all() const { return states == race_free && executions == race_free && racy == race_verdicts; }
};

std::ostream& operator<<(std::ostream& out, const Tally& tally);

}  // namespace heddle::oracle
