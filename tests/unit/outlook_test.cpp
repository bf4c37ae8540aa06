// The point of no return and the nearest passing execution, of a made-up program: it fails exactly when the
// first five steps are those of the failing schedule.
#include "checker/explore/outlook.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace heddle::test {
namespace {

using explore::Outlook;
using explore::Sample;
using explore::Steps;

constexpr std::size_t decisive = 5;

Steps failing_schedule(std::size_t length) {
  Steps steps;
  for (std::size_t i = 0; i < length; ++i) steps.push_back({static_cast<kernel::ThreadId>(i % 2), 0, i > 0});
  return steps;
}

// Continuations are all orders of two threads, one after the other, as if they were drawn.
class Imagined final : public explore::Sampler {
 public:
  Imagined(const Steps& failing, std::size_t allowed) : failing_(failing), allowed_(allowed) {}

  Sample at_random(const Steps& steps, std::size_t count, Steps& executed) override {
    const std::uint32_t drawn = number_++;
    return run(steps, count, executed, [drawn](std::size_t i) { return drawn >> (i % 8) & 1U; });
  }
  Sample by_default(const Steps& steps, std::size_t count, Steps& executed) override {
    const kernel::ThreadId last = count > 0 ? steps[count - 1].thread : 0;
    return run(steps, count, executed, [last](std::size_t) { return last; });
  }
  bool spent() override { return runs_ >= allowed_; }
  std::size_t runs() const { return runs_; }

 private:
  template <class Draw>
  Sample run(const Steps& steps, std::size_t count, Steps& executed, Draw draw) {
    ++runs_;
    executed.assign(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
    while (executed.size() < failing_.size())
      executed.push_back({static_cast<kernel::ThreadId>(draw(executed.size())), 0, false});
    const auto same = [](const explore::Step& a, const explore::Step& b) { return a.thread == b.thread; };
    const bool fails = std::equal(failing_.begin(), failing_.begin() + decisive, executed.begin(), same);
    return fails ? Sample::fails : Sample::passes;
  }

  const Steps& failing_;
  std::size_t allowed_;
  std::size_t runs_ = 0;
  std::uint32_t number_ = 0;
};

TEST(Outlook, FindsThePointOfNoReturnAndTheLastWayOut) {
  const Steps failing = failing_schedule(100);
  Imagined program(failing, 10'000);
  Outlook outlook;
  explore::look_ahead(failing, program, 32, 8, outlook);

  EXPECT_EQ(outlook.no_return, decisive);
  ASSERT_EQ(outlook.passing.size(), failing.size());
  for (std::size_t i = 0; i + 1 < decisive; ++i) EXPECT_EQ(outlook.passing[i].thread, failing[i].thread) << i;
  EXPECT_NE(outlook.passing[decisive - 1].thread, failing[decisive - 1].thread);
  for (std::size_t i = decisive; i < outlook.passing.size(); ++i)
    EXPECT_EQ(outlook.passing[i].thread, outlook.passing[decisive - 1].thread) << "switches for nothing";

  ASSERT_GE(outlook.chances.size(), 3U);
  EXPECT_EQ(outlook.chances.front().steps, 0U);
  EXPECT_EQ(outlook.chances.front().failed, 1U) << "one of 32 orders of five steps";
  for (std::size_t i = 1; i < outlook.chances.size(); ++i)
    EXPECT_LT(outlook.chances[i - 1].steps, outlook.chances[i].steps);
  for (const explore::Chance& c : outlook.chances) {
    EXPECT_EQ(c.failed + c.passed, 32U);
    EXPECT_EQ(c.passed == 0, c.steps >= decisive) << c.steps;
  }
}

TEST(Outlook, SaysSoWhenEverythingFails) {
  const Steps failing = failing_schedule(decisive);
  class Hopeless final : public explore::Sampler {
   public:
    Sample at_random(const Steps&, std::size_t, Steps&) override { return Sample::fails; }
    Sample by_default(const Steps&, std::size_t, Steps&) override { return Sample::fails; }
    bool spent() override { return false; }
  } program;
  Outlook outlook;
  explore::look_ahead(failing, program, 10, 8, outlook);
  EXPECT_EQ(outlook.no_return, 0U);
  EXPECT_TRUE(outlook.passing.empty());
}

TEST(Outlook, StopsWhenItMay) {
  const Steps failing = failing_schedule(1000);
  for (const std::size_t allowed : {0U, 1U, 33U, 100U}) {
    Imagined program(failing, allowed);
    Outlook outlook;
    explore::look_ahead(failing, program, 32, 8, outlook);
    EXPECT_LE(program.runs(), allowed + 1);
  }
}

}  // namespace
}  // namespace heddle::test
