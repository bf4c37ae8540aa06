// Checks that fail, and some that do not, for run_api.py.
#include <gtest/gtest.h>

#include <atomic>
#include <heddle/gtest.hpp>
#include <thread>

namespace {

const auto racy = [] {
  int data = 0;
  std::thread writer([&] { data = 1; });
  heddle::expect(data < 2);
  writer.join();
};

TEST(Findings, Race) { EXPECT_HEDDLE(heddle::check(racy)); }

TEST(Findings, SecondOfTwo) {
  EXPECT_HEDDLE(heddle::check([] {}));
  EXPECT_HEDDLE(heddle::check([] {
    std::atomic<int> x{0};
    std::thread other([&] { x = 1; });
    heddle::expect(x == 0);
    other.join();
  }));
}

TEST(Findings, Nested) {
  EXPECT_HEDDLE(heddle::check([] { EXPECT_HEDDLE(heddle::check(racy)); }));
}

}  // namespace
