#include "checker/explore/spin_watch.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace heddle::explore {
namespace {

std::uint64_t state = 0;

kernel::Operation spinning_load() {
  kernel::Operation op;
  op.kind = kernel::OperationKind::load;
  op.site.pc = 0x1000;
  op.state = [](bool) { return state; };
  return op;
}

// Arrives at the load `times` times, reading the same store; the last verdict.
SpinWatch::Verdict go_round(SpinWatch& watch, kernel::EventIndex& index, int times) {
  const kernel::Operation op = spinning_load();
  SpinWatch::Verdict verdict = SpinWatch::Verdict::none;
  for (int i = 0; i < times; ++i) {
    verdict = watch.arrive(op, index, SpinWatch::Care::quick);
    watch.read(op.site.pc, kernel::initial_stamp);
    ++index;
  }
  return verdict;
}

TEST(SpinWatch, CallsALoopWhatComesBackInTheSameState) {
  SpinWatch watch;
  kernel::EventIndex index = 1;
  EXPECT_EQ(go_round(watch, index, 3), SpinWatch::Verdict::suspected);
  EXPECT_EQ(go_round(watch, index, 1), SpinWatch::Verdict::loop);
  EXPECT_EQ(watch.loop_begin(), 3U);
}

TEST(SpinWatch, CallsNothingALoopWhoseStateChanges) {
  SpinWatch watch;
  kernel::EventIndex index = 1;
  for (int i = 0; i < 20; ++i) {
    EXPECT_NE(go_round(watch, index, 1), SpinWatch::Verdict::loop);
    ++state;
  }
}

// A thread that spins on a stale value goes on; looking at all its rounds each time would cost the square of
// them.
TEST(SpinWatch, TheLoopOfAThreadThatGoesOnIsItsLastRound) {
  SpinWatch watch;
  kernel::EventIndex index = 1;
  go_round(watch, index, 3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(go_round(watch, index, 1), SpinWatch::Verdict::loop);
    EXPECT_EQ(watch.loop_begin(), index - 2);
    watch.go_round(index - 1);
  }
}

}  // namespace
}  // namespace heddle::explore
