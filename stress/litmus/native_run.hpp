// Litmus tests on this machine's processors.
//
// After litmus7 (Alglave, Maranget, Sarkar, Sewell, "Litmus: running tests against hardware", TACAS 2011):
// threads are made once and pinned; a test runs in batches of many instances, each with its own cache lines,
// visited in a permuted order; threads meet before every instance where there is a processor for each,
// otherwise only before every batch. Unlike litmus7 instructions are interpreted, a few nanoseconds apart,
// which every outcome must survive.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "checker/litmus/program.hpp"

namespace heddle::stress {

struct Histogram {
  // Final states in the order of Program::columns, and how often each was seen.
  std::vector<std::pair<std::vector<std::int64_t>, std::uint64_t>> rows;

  void add(const std::vector<std::int64_t>& row);
};

class NativeLitmus {
 public:
  // `seed` decides permutations and delays, not what the processors do with them.
  explicit NativeLitmus(std::uint64_t seed);
  ~NativeLitmus();
  NativeLitmus(const NativeLitmus&) = delete;
  NativeLitmus& operator=(const NativeLitmus&) = delete;

  // Runs the program `runs` times, rounded up to whole batches. Blocks until done. The program must be free
  // of data races: plain accesses are made as relaxed atomic ones.
  Histogram run(const litmus::Program& program, std::uint64_t runs);

 private:
  class Team;
  std::unique_ptr<Team> team_;
  std::uint64_t random_;
};

}  // namespace heddle::stress
