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
  op.state = [](bool) { return kernel::Fingerprint{state, true, false}; };
  return op;
}

// Arrives at the load `times` times, reading the same store; the last verdict.
SpinWatch::Verdict go_round(SpinWatch& watch, kernel::EventIndex& index, int times) {
  const kernel::Operation op = spinning_load();
  SpinWatch::Verdict verdict = SpinWatch::Verdict::none;
  for (int i = 0; i < times; ++i) {
    verdict = watch.arrive(op, index, SpinWatch::Care::quick);
    watch.read(op, kernel::initial_stamp);
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

kernel::Operation load_at(kernel::LocationId location) {
  kernel::Operation op = spinning_load();
  op.location = location;
  return op;
}

// One instruction that reads several locations in a round.
TEST(SpinWatch, TellsLocationsThatOneInstructionReadsApart) {
  for (kernel::LocationId locations = 2; locations <= 12; ++locations) {
    SpinWatch watch;
    kernel::EventIndex index = 0;
    bool loop = false;
    for (unsigned round = 0; round < 5 && !loop; ++round) {
      for (kernel::LocationId x = 0; x < locations && !loop; ++x) {
        loop = watch.arrive(load_at(x), index, SpinWatch::Care::quick) == SpinWatch::Verdict::loop;
        if (loop) {
          EXPECT_EQ(index - watch.loop_begin(), locations);
        }
        watch.read(load_at(x), kernel::initial_stamp);
        ++index;
      }
    }
    EXPECT_TRUE(loop) << locations;
  }
}

// A list is walked by one instruction, with nothing in the registers that are kept to tell the steps apart.
TEST(SpinWatch, CallsNoWalkALoop) {
  for (const SpinWatch::Care care : {SpinWatch::Care::known, SpinWatch::Care::quick}) {
    SpinWatch watch;
    for (kernel::LocationId x = 0; x < 100; ++x) {
      EXPECT_NE(watch.arrive(load_at(x), x, care), SpinWatch::Verdict::loop);
      watch.read(load_at(x), kernel::initial_stamp);
    }
  }
}

// What was read before a loop does not keep it from being noticed.
TEST(SpinWatch, NoticesALoopAfterAWalk) {
  for (const SpinWatch::Care care : {SpinWatch::Care::known, SpinWatch::Care::quick}) {
    SpinWatch watch;
    kernel::EventIndex index = 0;
    for (; index < 20; ++index) {
      watch.arrive(load_at(index), index, care);
      watch.read(load_at(index), kernel::initial_stamp);
    }
    bool loop = false;
    for (unsigned round = 0; round < 5 && !loop; ++round) {
      loop = watch.arrive(load_at(100), index, care) == SpinWatch::Verdict::loop;
      watch.read(load_at(100), kernel::initial_stamp);
      ++index;
    }
    EXPECT_TRUE(loop);
  }
}

}  // namespace
}  // namespace heddle::explore
