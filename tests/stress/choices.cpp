// Checks in a GoogleTest program, with choices and assumptions: the same source under the checker and
// natively.
#include <gtest/gtest.h>

#include <heddle/gtest.hpp>
#include <heddle/together.hpp>
#include <mutex>

TEST(Choices, TheSumHolds) {
  std::mutex lock;
  int sum = 0;
  EXPECT_HEDDLE(heddle::check([&] {
    sum = 0;
    const int first = heddle::nondet(3);
    const int second = heddle::nondet(3);
    heddle::assume(first != second);
    const auto add = [&](int n) {
      const std::lock_guard guard(lock);
      sum += n;
    };
    heddle::together([&] { add(first); }, [&] { add(second); });
    EXPECT_EQ(sum, first + second);
    heddle::expect(first != second, "an assumption that does not hold ends the run");
    heddle::observe(sum);
  }));
}
