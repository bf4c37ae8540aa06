// What is expected of latches.
#pragma once

#include <atomic>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Latch>
struct latch_suite {
  static void LT_S1_WaitReturnsAfterTheLastCountDown() {
    Latch l(2);
    std::atomic<int> down{0};
    const auto arrive = [&] {
      down.fetch_add(1, std::memory_order_relaxed);
      l.count_down();
    };
    together(arrive, arrive, [&] {
      l.wait();
      expect(down.load(std::memory_order_relaxed) == 2);
    });
  }

  static void LT_S3_EveryCountDownHappensBeforeTheWait() {
    Latch l(2);
    int a = 0;
    int b = 0;
    together(
        [&] {
          a = 1;
          l.count_down();
        },
        [&] {
          b = 1;
          l.count_down();
        },
        [&] {
          l.wait();
          expect(a + b == 2);
        });
  }

  static void LT_S3_AZeroThatIsSeenHappenedBefore() {
    Latch l(1);
    expect_published([&] { l.count_down(); }, [&] { return l.try_wait(); });
  }

  static void LT_S5_MayBeDestroyedByAReleasedWaiter() {
    destroyed_by_the_waiter(
        new Latch(1), [](Latch& l) { l.count_down(); }, [](Latch& l) { l.wait(); });
  }

  static void LT_L1_ZeroReleasesAll() {
    Latch l(3);
    const auto meet = [&] { l.arrive_and_wait(); };
    together(meet, meet, meet);
    expect(l.try_wait());
  }

  static constexpr scenario all[] = {
      {"LT_S1_WaitReturnsAfterTheLastCountDown", LT_S1_WaitReturnsAfterTheLastCountDown},
      {"LT_S3_EveryCountDownHappensBeforeTheWait", LT_S3_EveryCountDownHappensBeforeTheWait},
      {"LT_S3_AZeroThatIsSeenHappenedBefore", LT_S3_AZeroThatIsSeenHappenedBefore},
      {"LT_S5_MayBeDestroyedByAReleasedWaiter", LT_S5_MayBeDestroyedByAReleasedWaiter},
      {"LT_L1_ZeroReleasesAll", LT_L1_ZeroReleasesAll},
  };
};

}  // namespace suite
