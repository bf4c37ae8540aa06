#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "checker/detect/race.hpp"

namespace heddle::detect {
namespace {

using kernel::EventIndex;
using kernel::ThreadId;

constexpr std::uint8_t low_half = 0x0f;
constexpr std::uint8_t high_half = 0xf0;
constexpr std::uint8_t all_bytes = 0xff;

constexpr ThreadId threads = 4;
using Clock = std::array<EventIndex, threads>;

// Threads that do events and synchronise, and one cell they access.
class Race : public testing::Test {
 protected:
  const Conflict* plain(ThreadId t, bool write, std::uint8_t mask = all_bytes) {
    return detector_.check(cell_, {t, now_[t], mask, write, false}, clock_[t].data());
  }
  const Conflict* read(ThreadId t, std::uint8_t mask = all_bytes) { return plain(t, false, mask); }
  const Conflict* write(ThreadId t, std::uint8_t mask = all_bytes) { return plain(t, true, mask); }
  // An atomic access is an event of its thread.
  const Conflict* atomic(ThreadId t, bool write, std::uint8_t mask = all_bytes) {
    return detector_.check(cell_, {t, now_[t]++, mask, write, true}, clock_[t].data());
  }
  // What `from` has done so far happens before what `to` does next.
  void synchronise(ThreadId from, ThreadId to) {
    ++now_[from];
    clock_[from][from] = now_[from];
    for (ThreadId u = 0; u < threads; ++u) clock_[to][u] = std::max(clock_[to][u], clock_[from][u]);
    ++now_[to];
  }

  RaceDetector detector_;
  Cell cell_{};
  std::array<EventIndex, threads> now_{};
  std::array<Clock, threads> clock_{};
};

TEST_F(Race, UnorderedWritesRace) {
  EXPECT_EQ(write(0), nullptr);
  const Conflict* conflict = write(1);
  ASSERT_NE(conflict, nullptr);
  EXPECT_EQ(conflict->previous.thread, 0U);
  EXPECT_TRUE(conflict->previous.write);
}

TEST_F(Race, ReadsDoNotRaceWithEachOther) {
  EXPECT_EQ(read(0), nullptr);
  EXPECT_EQ(read(1), nullptr);
  EXPECT_EQ(read(2), nullptr);
}

TEST_F(Race, SynchronisationOrdersAccesses) {
  EXPECT_EQ(write(0), nullptr);
  synchronise(0, 1);
  EXPECT_EQ(write(1), nullptr);
  synchronise(1, 2);
  EXPECT_EQ(read(2), nullptr);
}

TEST_F(Race, AWriteAfterTheReleaseIsNotOrdered) {
  synchronise(0, 1);
  EXPECT_EQ(write(0), nullptr);
  EXPECT_NE(read(1), nullptr);
}

TEST_F(Race, EachConcurrentReaderIsRemembered) {
  for (ThreadId reader = 0; reader < 3; ++reader) EXPECT_EQ(read(reader), nullptr);
  synchronise(0, 3);
  synchronise(2, 3);
  const Conflict* conflict = write(3);
  ASSERT_NE(conflict, nullptr);
  EXPECT_EQ(conflict->previous.thread, 1U);
  EXPECT_FALSE(conflict->previous.write);
}

TEST_F(Race, NeighbouringBytesDoNotInterfere) {
  EXPECT_EQ(write(0, low_half), nullptr);
  EXPECT_EQ(write(1, high_half), nullptr);
  EXPECT_EQ(read(0, low_half), nullptr);
  const Conflict* conflict = write(2, 0x10);
  ASSERT_NE(conflict, nullptr);
  EXPECT_EQ(conflict->previous.thread, 1U);
  EXPECT_EQ(conflict->previous.mask, 0x10);
}

TEST_F(Race, AWriteOfSomeBytesKeepsTheOthersInMind) {
  EXPECT_EQ(write(0), nullptr);
  synchronise(0, 1);
  EXPECT_EQ(write(1, low_half), nullptr);
  const Conflict* conflict = read(2, high_half);
  ASSERT_NE(conflict, nullptr);
  EXPECT_EQ(conflict->previous.thread, 0U);
}

TEST_F(Race, AtomicAccessesNeverRaceWithEachOther) {
  EXPECT_EQ(atomic(0, true), nullptr);
  EXPECT_EQ(atomic(1, true), nullptr);
  EXPECT_EQ(atomic(2, false), nullptr);
}

TEST_F(Race, PlainAndAtomicRace) {
  EXPECT_EQ(atomic(0, true), nullptr);
  const Conflict* conflict = read(1);
  ASSERT_NE(conflict, nullptr);
  EXPECT_TRUE(conflict->previous.atomic);
}

TEST_F(Race, PlainReadAndAtomicReadDoNotRace) {
  EXPECT_EQ(atomic(0, false), nullptr);
  EXPECT_EQ(read(1), nullptr);
}

TEST_F(Race, EachUnorderedAtomicWriterIsRemembered) {
  EXPECT_EQ(atomic(0, true), nullptr);
  EXPECT_EQ(atomic(1, true), nullptr);
  synchronise(1, 2);
  const Conflict* conflict = read(2);
  ASSERT_NE(conflict, nullptr);
  EXPECT_EQ(conflict->previous.thread, 0U);
}

TEST_F(Race, AnAtomicReadDoesNotHideAnOlderWrite) {
  EXPECT_EQ(write(0), nullptr);
  synchronise(0, 1);
  EXPECT_EQ(atomic(1, false), nullptr);
  EXPECT_NE(atomic(2, false), nullptr);
}

TEST_F(Race, IsReportedOnceWhenTolerated) {
  EXPECT_EQ(write(0), nullptr);
  EXPECT_NE(write(1), nullptr);
  EXPECT_EQ(write(1), nullptr);
}

TEST_F(Race, OrderedTellsWhetherAllAccessesHappenBefore) {
  EXPECT_EQ(atomic(0, true), nullptr);
  EXPECT_EQ(atomic(1, true), nullptr);
  synchronise(0, 2);
  EXPECT_FALSE(detector_.ordered(cell_, 2, all_bytes, clock_[2].data()));
  synchronise(1, 2);
  EXPECT_TRUE(detector_.ordered(cell_, 2, all_bytes, clock_[2].data()));
}

TEST_F(Race, RecordsAreGivenBackWhenAWriteDominates) {
  for (ThreadId reader = 0; reader < threads; ++reader) EXPECT_EQ(read(reader), nullptr);
  EXPECT_GT(detector_.records_used(), 0U);
  for (ThreadId reader = 1; reader < threads; ++reader) synchronise(reader, 0);
  EXPECT_EQ(write(0), nullptr);
  EXPECT_EQ(detector_.records_used(), 0U);
}

TEST_F(Race, ForgottenAccessesDoNotRace) {
  for (ThreadId reader = 0; reader < threads; ++reader) EXPECT_EQ(read(reader), nullptr);
  detector_.forget(cell_);
  EXPECT_EQ(write(0), nullptr);
  EXPECT_EQ(detector_.records_used(), 0U);
}

TEST(Mark, HoldsEveryPartOfAnAccess) {
  const Access a{1023, 0xfffffff0, 0x81, true, true};
  const Access b = access_of(mark_of(a));
  EXPECT_EQ(b.thread, a.thread);
  EXPECT_EQ(b.epoch, a.epoch);
  EXPECT_EQ(b.mask, a.mask);
  EXPECT_TRUE(b.write);
  EXPECT_TRUE(b.atomic);
}

// The definition itself: all accesses, compared pairwise.
class EveryAccess {
 public:
  bool races(const Access& now, const Clock& clock) {
    bool race = false;
    for (const Access& old : accesses_) {
      const bool conflicting =
          (old.mask & now.mask) != 0 && (old.write || now.write) && !(old.atomic && now.atomic);
      const bool ordered = old.thread == now.thread || old.epoch < clock[old.thread];
      race = race || (conflicting && !ordered);
    }
    accesses_.push_back(now);
    return race;
  }

 private:
  std::vector<Access> accesses_;
};

// With an atomic object, atomic accesses are to its bytes and recorded in it where that is possible.
class RaceDetectorAgainstDefinition : public testing::TestWithParam<std::uint8_t> {};
INSTANTIATE_TEST_SUITE_P(ObjectMask, RaceDetectorAgainstDefinition, testing::Values(0, low_half, all_bytes));

TEST_P(RaceDetectorAgainstDefinition, TheFirstRaceIsFoundAndNoOtherReported) {
  const std::uint8_t object_mask = GetParam();
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  int races = 0;
  int ordered_runs = 0;
  int in_object = 0;
  RaceDetector detector;
  for (int run = 0; run < 20'000; ++run) {
    detector.reset();
    EveryAccess definition;
    AtomicMarks object;
    Conflict with_object;
    Cell cell{};
    std::array<EventIndex, threads> now{};
    std::array<Clock, threads> clock{};
    Clock message{};
    // How often, of 100 times, an access is not ordered with earlier or later ones. Both long ordered
    // histories and early races must be common.
    const unsigned carelessness = std::array{0U, 1U, 5U, 40U}[below(4)];
    bool raced = false;
    for (int step = 0; step < 60 && !raced; ++step) {
      const ThreadId t = below(threads);
      // Without an event of its own, an access has the epoch of the release before it, and is not covered by
      // it.
      const bool acquires = below(100) >= carelessness;
      if (acquires) ++now[t];
      clock[t][t] = now[t];
      for (ThreadId u = 0; u < threads && acquires; ++u) {
        clock[t][u] = std::max(clock[t][u], message[u]);
      }
      Access access{t, now[t], static_cast<std::uint8_t>(1 + below(255)), below(2) == 0, below(2) == 0};
      if (below(2) == 0) access.mask = all_bytes;
      if (access.atomic && object_mask != 0) access.mask = object_mask;
      const bool expected = definition.races(access, clock[t]);
      const Conflict* found = nullptr;
      if (!access.atomic && object.check(access, object_mask, clock[t].data(), with_object)) {
        found = &with_object;
      }
      const bool recorded = access.atomic && object_mask != 0 &&
                            object.record(cell, t, access.epoch, access.write, clock[t].data());
      if (recorded) {
        ++in_object;
      } else if (const Conflict* other = detector.check(cell, access, clock[t].data()); other != nullptr) {
        found = other;
      }
      ASSERT_EQ(found != nullptr, expected) << "run " << run << " step " << step;
      if (found != nullptr) {
        const Access& old = found->previous;
        EXPECT_NE(old.mask & access.mask, 0);
        EXPECT_NE(old.thread, access.thread);
        EXPECT_GE(old.epoch, clock[t][old.thread]);
      }
      raced = expected;
      ++now[t];
      clock[t][t] = now[t];
      const bool releases = below(100) >= carelessness;
      for (ThreadId u = 0; u < threads && releases; ++u) {
        message[u] = std::max(message[u], clock[t][u]);
      }
    }
    (raced ? races : ordered_runs)++;
  }
  // Both kinds must be common, or the test shows nothing.
  EXPECT_GT(races, 1000);
  EXPECT_GT(ordered_runs, 1000);
  if (object_mask != 0) {
    EXPECT_GT(in_object, 10'000);
  }
}

}  // namespace
}  // namespace heddle::detect
