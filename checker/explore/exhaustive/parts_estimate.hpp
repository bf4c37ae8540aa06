// Guesses how many executions some parts of a search have: those that several processes have left, all
// together.
//
// As estimating_explorer.hpp does for one process, but without the graphs of the items: the items of each
// part are sorted into strata by their place in its stack of open items, the lowest of which are the
// shallowest and hide most. One descent into each stratum makes one unbiased guess; several make the mean and
// its spread.
#pragma once

#include "checker/explore/exhaustive/guesses.hpp"
#include "checker/explore/exhaustive/probe.hpp"

namespace heddle::explore {

class PartsEstimate {
 public:
  PartsEstimate(ProbingExplorer& prober, const Ground& ground, const kernel::Vector<Part>& parts,
                std::uint64_t seed);

  // Prepares the next execution of the prober. False: `guesses` many guesses were made.
  bool next_execution(std::uint32_t guesses);
  // Of the executions of the parts.
  Estimate result() const { return {guesses_.mean(), guesses_.spread()}; }

 private:
  static constexpr std::size_t strata_max = 256;
  // Items by number, counted through all parts.
  struct Stratum {
    std::uint64_t begin;
    std::uint64_t end;
  };
  void stratify();
  void descend();

  ProbingExplorer& prober_;
  const Ground& ground_;
  const kernel::Vector<Part>& parts_;
  kernel::Random random_;
  kernel::Vector<std::uint64_t> ends_;  // by part: the number of its last item, plus one
  kernel::Vector<Stratum> strata_;
  std::size_t stratum_ = 0;
  bool descending_ = false;
  double sum_ = 0;  // of the present guess
  Guesses guesses_;
};

}  // namespace heddle::explore
