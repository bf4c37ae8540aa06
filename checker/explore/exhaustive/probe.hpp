// Guesses how many executions a part of the search has, from a random descent.
//
// Source: Knuth, "Estimating the efficiency of backtrack programs", Mathematics of Computation 29, 1975. The
// tree is that of decisions: at each event of a run that has alternatives, the run goes on or one of the
// alternatives is taken, all with equal probability. The product of the numbers of possibilities on the way
// to an execution is an unbiased estimate of the number of executions. Where the numbers do not depend on the
// way (N! stores to one location, independent reads) one descent is exact. Differences: a descent that ends
// where there is no execution (an inconsistent graph) counts 0; a run that is no execution itself (a rmw
// whose source is taken) does not go on after its last event with alternatives.
#pragma once

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::explore {

class ProbingExplorer final : public ExhaustiveExplorer {
 public:
  ProbingExplorer(models::Model& model, const ExhaustiveOptions& options, std::uint64_t seed)
      : ExhaustiveExplorer(model, options), random_(seed) {}

  // Begins a descent into a part that is whole or has one item. Then next_execution until it returns false:
  // `result` is the estimate.
  void descend(const Part& part);
  double result() const { return result_; }
  const char* phase() const override { return "estimate"; }
  bool verified() const override { return false; }
  bool counts_this() const override { return false; }

 protected:
  bool next_graph() override;
  void begin_anew() override { descend(part_); }
  void ran(bool counted) override { is_execution_ = counted; }

 private:
  kernel::Random random_;
  Part part_;
  double result_ = 1;
  bool found_ = false;
  bool is_execution_ = false;  // the present graph is one
};

}  // namespace heddle::explore
