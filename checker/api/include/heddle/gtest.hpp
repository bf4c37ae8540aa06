// Checks in GoogleTest.
//
//   TEST(MessagePassing, DataIsPublished) {
//     EXPECT_HEDDLE(heddle::check([] { ... }));
//   }
//
// Inside a body, EXPECT_ and ASSERT_ work as well: a failing one is a bug of the execution (HED006).
#pragma once

#include <gtest/gtest.h>

#include <heddle/check.hpp>
#include <string>

namespace heddle::detail {

// Turns a failed assertion in an execution into a finding.
class AssertionListener : public ::testing::EmptyTestEventListener {
  void OnTestPartResult(const ::testing::TestPartResult& result) override {
    if (!result.failed() || !in_check()) return;
    heddle_expect_at(0, result.summary(), result.file_name() != nullptr ? result.file_name() : "?",
                     result.line_number());
  }
};

inline Surroundings gtest_surroundings() {
  static const bool listening = [] {
    ::testing::UnitTest::GetInstance()->listeners().Append(new AssertionListener);
    return true;
  }();
  (void)listening;
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) return {};
  const std::string name = std::string(test->test_suite_name()) + "." + test->name();
  return {name, "--gtest_filter=" + name};
}

inline const bool gtest_surroundings_set = [] {
  find_surroundings = gtest_surroundings;
  return true;
}();

// `Outcome` is a CheckResult, or what has one's members and a report of its own.
template <class Outcome>
::testing::AssertionResult passes(const char*, const Outcome& result) {
  if (result.passed()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << result.report();
}

template <class Outcome>
::testing::AssertionResult finds(const char*, const char*, const std::string& rule, const Outcome& result) {
  for (const Finding& f : result.findings) {
    if (f.rule == rule) return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "expected the check to find " << rule << ", but it did not\n"
                                       << result.report();
}

}  // namespace heddle::detail

// The check found no bug; if it did, the report is the failure's message.
#define EXPECT_HEDDLE(...) EXPECT_PRED_FORMAT1(::heddle::detail::passes, (__VA_ARGS__))
#define ASSERT_HEDDLE(...) ASSERT_PRED_FORMAT1(::heddle::detail::passes, (__VA_ARGS__))
// The check found a bug of this rule ("HED001").
#define EXPECT_HEDDLE_FINDS(rule, ...) EXPECT_PRED_FORMAT2(::heddle::detail::finds, rule, (__VA_ARGS__))
#define ASSERT_HEDDLE_FINDS(rule, ...) ASSERT_PRED_FORMAT2(::heddle::detail::finds, rule, (__VA_ARGS__))
