// Mean of independent guesses, and how far off it may be.
#pragma once

#include <cstdint>

#include "checker/explore/explorer.hpp"

namespace heddle::explore {

class Guesses {
 public:
  // Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4,
  // 1962.
  void add(double guess) {
    ++size_;
    const double before = mean_;
    mean_ += (guess - mean_) / size_;
    squares_ += (guess - before) * (guess - mean_);
  }
  std::uint32_t size() const { return size_; }
  double mean() const { return mean_; }
  // Two standard errors; 0 of fewer than two guesses.
  double spread() const { return size_ < 2 ? 0 : 2 * square_root(squares_ / (size_ - 1) / size_); }

 private:
  // Newton's method: programs in C need not link the mathematical library.
  static double square_root(double x) {
    if (x <= 0) return 0;
    double root = x > 1 ? x : 1;
    for (;;) {
      const double better = (root + x / root) / 2;
      if (!(better < root)) return root;
      root = better;
    }
  }

  std::uint32_t size_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace heddle::explore
