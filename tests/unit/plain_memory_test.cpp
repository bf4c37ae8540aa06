// Races and values of shared variables when executions are recalled, compared with the race detector and with
// memory.
#include "checker/explore/exhaustive/plain_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "checker/detect/race.hpp"
#include "checker/kernel/random.hpp"

namespace heddle::test {
namespace {

using explore::PlainMemory;
using kernel::EventIndex;
using kernel::ThreadId;
using kernel::Value;

constexpr ThreadId threads = 4;
constexpr std::uint32_t variables = 3;

// Threads that access variables and synchronise at random, up to the first race. Answers whether there was
// one.
bool run(kernel::Random& random) {
  const Value initial[variables] = {random.below(3), random.below(3), random.below(3)};
  PlainMemory memory;
  memory.begin(initial, variables);
  std::vector<Value> holds(initial, initial + variables);
  std::vector<ThreadId> last(variables, 0);
  std::vector<detect::Cell> cells(variables);
  detect::RaceDetector detector;
  std::vector<std::vector<EventIndex>> clocks(threads, std::vector<EventIndex>(threads, 0));
  for (int step = 0; step < 30; ++step) {
    const ThreadId t = random.below(threads);
    const std::uint32_t v = random.below(variables);
    // Most often as under a lock: what a thread has done before an event is known to who learns of it.
    const auto learn_from = [&](ThreadId other) {
      ++clocks[other][other];
      for (ThreadId u = 0; u < threads; ++u) clocks[t][u] = std::max(clocks[t][u], clocks[other][u]);
    };
    if (random.below(24) != 0) {
      for (ThreadId u = 0; u < threads; ++u) {
        if (u == last[v] || random.below(4) != 0) learn_from(u);
      }
    }
    last[v] = t;
    const bool write = random.below(3) == 0;
    const detect::Access access = {t, clocks[t][t], 0xf, write};
    const bool races = detector.check(cells[v], access, clocks[t].data()) != nullptr;
    const PlainMemory::Place at = {t, clocks[t][t], clocks[t].data()};
    if (write) {
      holds[v] = random.below(100);
      EXPECT_EQ(memory.write(v, at, holds[v]), !races);
    } else {
      Value value = 0;
      EXPECT_EQ(memory.read(v, at, value), !races);
      if (!races) {
        EXPECT_EQ(value, holds[v]);
      }
    }
    if (races) return true;
  }
  return false;
}

TEST(PlainMemory, AgreesWithTheRaceDetector) {
  kernel::Random random(7);
  unsigned racing = 0;
  constexpr unsigned runs = 4000;
  for (unsigned i = 0; i < runs && !testing::Test::HasFailure(); ++i) racing += run(random) ? 1 : 0;
  EXPECT_GT(racing, runs / 10);
  EXPECT_LT(racing, runs);
}

TEST(PlainMemory, KnowsNothingOfOtherVariablesAndThreads) {
  const Value initial[1] = {5};
  const EventIndex clock[PlainMemory::threads_max + 1] = {};
  PlainMemory memory;
  Value value = 0;
  EXPECT_FALSE(memory.begun());
  EXPECT_FALSE(memory.read(0, {0, 0, clock}, value));
  memory.begin(initial, 1);
  EXPECT_TRUE(memory.read(0, {0, 0, clock}, value));
  EXPECT_EQ(value, 5U);
  EXPECT_FALSE(memory.read(1, {0, 0, clock}, value));
  EXPECT_FALSE(memory.write(0, {PlainMemory::threads_max, 0, clock}, 1));
}

}  // namespace
}  // namespace heddle::test
