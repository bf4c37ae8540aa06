// What is expected of semaphores.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Semaphore>
struct semaphore_suite {
  template <int Permits>
  static auto use(Semaphore& s, std::atomic<int>& inside) {
    return [&] {
      s.acquire();
      expect(inside.fetch_add(1, std::memory_order_relaxed) < Permits);
      inside.fetch_sub(1, std::memory_order_relaxed);
      s.release();
    };
  }

  static void SM_S1_PermitsAreConserved() {
    Semaphore s(1);
    std::atomic<int> inside{0};
    together(use<1>(s, inside), use<1>(s, inside));
    expect(s.try_acquire());
    expect(!s.try_acquire());
  }

  static void SM_S1_PermitsAreConservedByThree() {
    Semaphore s(2);
    std::atomic<int> inside{0};
    together(use<2>(s, inside), use<2>(s, inside), use<2>(s, inside));
    expect(s.try_acquire());
    expect(s.try_acquire());
    expect(!s.try_acquire());
  }

  static void SM_S2_NoMoreAcquiresThanPermits() {
    Semaphore s(1);
    std::atomic<int> taken{0};
    const auto attempt = [&] {
      if (s.try_acquire()) ++taken;
    };
    together(attempt, attempt, attempt);
    expect(taken == 1);
  }

  static void SM_S4_TimedOutAcquireTakesNothing() {
    Semaphore s(0);
    int taken = 0;
    together(
        [&] {
          if (s.try_acquire_for(short_time)) s.release();
        },
        [&] {
          s.acquire();
          ++taken;
        },
        [&] { s.release(); });
    expect(taken == 1);
    expect(!s.try_acquire());
  }

  static void SM_S5_ReleaseHappensBeforeItsAcquire() {
    Semaphore s(0);
    expect_published([&] { s.release(); }, [&] { s.acquire(); });
  }

  static void SM_S6_MayBeDestroyedByTheLastAcquirer() {
    destroyed_by_the_waiter(
        new Semaphore(0), [](Semaphore& s) { s.release(); }, [](Semaphore& s) { s.acquire(); });
  }

  // Two wait; two releases follow each other before either of them runs.
  static void SM_L1_TwoReleasesWakeTwoWaiters() {
    Semaphore s(0);
    const auto wait = [&] { s.acquire(); };
    together(wait, wait, [&] {
      s.release();
      s.release();
    });
  }

  static void SM_L1_OneReleaseOfTwoWakesTwoWaiters() {
    Semaphore s(0);
    const auto wait = [&] { s.acquire(); };
    together(wait, wait, [&] { s.release(2); });
  }

  static void SM_TimedAcquireReturnsAtItsDeadline() {
    Semaphore s(0);
    const auto start = std::chrono::steady_clock::now();
    expect(!s.try_acquire_for(short_time));
    expect(!s.try_acquire_until(std::chrono::steady_clock::now() + short_time));
    expect(!s.try_acquire_for(std::chrono::seconds(-1)));
    expect(std::chrono::steady_clock::now() - start >= 2 * short_time);
    s.release();
    expect(s.try_acquire_for(std::chrono::seconds(-1)));
  }

  static constexpr scenario all[] = {
      {"SM_S1_PermitsAreConserved", SM_S1_PermitsAreConserved},
      {"SM_S1_PermitsAreConservedByThree", SM_S1_PermitsAreConservedByThree},
      {"SM_S2_NoMoreAcquiresThanPermits", SM_S2_NoMoreAcquiresThanPermits},
      {"SM_S4_TimedOutAcquireTakesNothing", SM_S4_TimedOutAcquireTakesNothing},
      {"SM_S5_ReleaseHappensBeforeItsAcquire", SM_S5_ReleaseHappensBeforeItsAcquire},
      {"SM_S6_MayBeDestroyedByTheLastAcquirer", SM_S6_MayBeDestroyedByTheLastAcquirer},
      {"SM_L1_TwoReleasesWakeTwoWaiters", SM_L1_TwoReleasesWakeTwoWaiters},
      {"SM_L1_OneReleaseOfTwoWakesTwoWaiters", SM_L1_OneReleaseOfTwoWakesTwoWaiters},
      {"SM_TimedAcquireReturnsAtItsDeadline", SM_TimedAcquireReturnsAtItsDeadline},
  };
};

// acquire_n, and counts that do not fit.
template <class Semaphore>
struct semaphore_count_suite {
  // Each needs two of three: taken one by one, each could hold one and wait for ever.
  static void SM_S2_SeveralPermitsAreTakenTogether() {
    Semaphore s(2);
    const auto use = [&] {
      s.acquire_n(2);
      s.release(2);
    };
    together(use, use);
    expect(s.value() == 2);
  }

  static void SM_L1_AWaiterForSeveralDoesNotHideAWaiterForOne() {
    Semaphore s(0);
    together([&] { s.acquire_n(2); }, [&] { s.acquire(); },
             [&] {
               s.release();
               s.release(2);
             });
  }

  static void SM_CountsThatDoNotFitAreRefused() {
    expect(throws<heddle::lock_error>([] { const Semaphore s(-1); }));
    Semaphore s(1);
    expect(throws<heddle::lock_error>([&] { s.release(-1); }));
    expect(throws<heddle::lock_error>([&] { s.release(Semaphore::max()); }));
    expect(s.value() == 1);
  }

  static constexpr scenario all[] = {
      {"SM_S2_SeveralPermitsAreTakenTogether", SM_S2_SeveralPermitsAreTakenTogether},
      {"SM_L1_AWaiterForSeveralDoesNotHideAWaiterForOne", SM_L1_AWaiterForSeveralDoesNotHideAWaiterForOne},
      {"SM_CountsThatDoNotFitAreRefused", SM_CountsThatDoNotFitAreRefused},
  };
};

template <class Semaphore>
struct bounded_semaphore_suite {
  static void SM_S3_OverReleaseIsRefusedWhole() {
    Semaphore s(2);
    s.acquire();
    expect(throws<heddle::over_release>([&] { s.release(2); }));
    expect(s.value() == 1);
    s.release();
    expect(throws<heddle::over_release>([&] { s.release(); }));
    expect(s.value() == 2);
  }

  static void SM_S3_NeverAboveTheBound() {
    Semaphore s(1);
    std::atomic<int> refused{0};
    s.acquire();
    const auto release = [&] {
      if (throws<heddle::over_release>([&] { s.release(); })) ++refused;
    };
    together(release, release);
    expect(refused == 1);
    expect(s.value() == 1);
  }

  static void SM_S5_ReleaseHappensBeforeItsAcquire() {
    Semaphore s(1);
    s.acquire();
    expect_published([&] { s.release(); }, [&] { s.acquire(); });
  }

  static constexpr scenario all[] = {
      {"SM_S5_ReleaseHappensBeforeItsAcquire", SM_S5_ReleaseHappensBeforeItsAcquire},
      {"SM_S3_OverReleaseIsRefusedWhole", SM_S3_OverReleaseIsRefusedWhole},
      {"SM_S3_NeverAboveTheBound", SM_S3_NeverAboveTheBound},
  };
};

}  // namespace suite
