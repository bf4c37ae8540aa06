// What is expected of semaphores, events, latches and barriers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/errors.hpp>
#include <memory>
#include <stdexcept>
#include <stop_token>

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
    int data = 0;
    together(
        [&] {
          data = 42;
          s.release();
        },
        [&] {
          s.acquire();
          expect(data == 42);
        });
  }

  static void SM_S6_MayBeDestroyedByTheLastAcquirer() {
    auto* s = new Semaphore(0);
    together([s] { s->release(); },
             [s] {
               s->acquire();
               delete s;
             });
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
    int data = 0;
    s.acquire();
    together(
        [&] {
          data = 42;
          s.release();
        },
        [&] {
          s.acquire();
          expect(data == 42);
        });
  }

  static constexpr scenario all[] = {
      {"SM_S5_ReleaseHappensBeforeItsAcquire", SM_S5_ReleaseHappensBeforeItsAcquire},
      {"SM_S3_OverReleaseIsRefusedWhole", SM_S3_OverReleaseIsRefusedWhole},
      {"SM_S3_NeverAboveTheBound", SM_S3_NeverAboveTheBound},
  };
};

template <class Event>
struct event_suite {
  static void EV_S1_WaitReturnsAfterSetOnly() {
    Event e;
    std::atomic<bool> announced{false};
    together(
        [&] {
          e.wait();
          expect(announced.load(std::memory_order_relaxed));
        },
        [&] {
          announced.store(true, std::memory_order_relaxed);
          e.set();
        });
  }

  // The thread waits, or will find the event set; a reset follows at once.
  static void EV_S2_SetThenResetReleasesEveryWaiter() {
    Event e;
    std::atomic<int> waiting{0};
    std::atomic<int> released{0};
    const auto wait = [&] {
      waiting.fetch_add(1);
      if (e.wait_for(short_time)) ++released;
    };
    together(wait, wait, [&] {
      e.set();
      e.reset();
    });
    expect(!e.is_set());
    expect(!e.wait_for(short_time));
  }

  static void EV_S3_SetHappensBeforeTheWaitsItEnds() {
    Event e;
    int data = 0;
    const auto wait = [&] {
      e.wait();
      expect(data == 42);
    };
    together(wait, wait, [&] {
      data = 42;
      e.set();
      e.set();
    });
  }

  static void EV_S3_ASetThatIsSeenHappenedBefore() {
    Event e;
    int data = 0;
    together(
        [&] {
          data = 42;
          e.set();
        },
        [&] {
          if (e.is_set()) expect(data == 42);
        });
  }

  // Of two setters only one changes the flag. If a reset came after both, it has seen what both did before.
  static void EV_S3_EverySetIsPublished() {
    Event e;
    std::atomic<int> first{0};
    std::atomic<int> second{0};
    int seen = 0;
    together(
        [&] {
          first.store(1, std::memory_order_relaxed);
          e.set();
        },
        [&] {
          second.store(1, std::memory_order_relaxed);
          e.set();
        },
        [&] {
          e.reset();
          seen = first.load(std::memory_order_relaxed) + second.load(std::memory_order_relaxed);
        });
    if (!e.is_set()) expect(seen == 2);
  }

  // The consumer resets first and looks afterwards.
  static void EV_S3_ResetSeesWhatTheSetItTakesBackAnnounced() {
    Event e;
    std::atomic<int> items{0};
    together(
        [&] {
          for (int i = 0; i < 2; ++i) {
            items.fetch_add(1, std::memory_order_relaxed);
            e.set();
          }
        },
        [&] {
          int seen = 0;
          while (seen < 2) {
            e.wait();
            e.reset();
            seen = items.load(std::memory_order_relaxed);
          }
        });
  }

  static void EV_S4_AfterResetNewWaitsWait() {
    Event e;
    e.set();
    e.set();
    expect(e.is_set());
    e.wait();
    expect(e.wait_for(std::chrono::seconds(-1)));
    e.reset();
    e.reset();
    expect(!e.is_set());
    expect(!e.wait_for(short_time));
    expect(!e.wait_for(std::chrono::seconds(0)));
  }

  static void EV_S5_MayBeDestroyedByAReleasedWaiter() {
    auto* e = new Event;
    together([e] { e->set(); },
             [e] {
               e->wait();
               delete e;
             });
  }

  static void EV_L1_SetReleasesAll() {
    Event e;
    const auto wait = [&] { e.wait(); };
    together(wait, wait, [&] { e.set(); });
  }

  static constexpr scenario all[] = {
      {"EV_S1_WaitReturnsAfterSetOnly", EV_S1_WaitReturnsAfterSetOnly},
      {"EV_S2_SetThenResetReleasesEveryWaiter", EV_S2_SetThenResetReleasesEveryWaiter},
      {"EV_S3_SetHappensBeforeTheWaitsItEnds", EV_S3_SetHappensBeforeTheWaitsItEnds},
      {"EV_S3_ASetThatIsSeenHappenedBefore", EV_S3_ASetThatIsSeenHappenedBefore},
      {"EV_S3_EverySetIsPublished", EV_S3_EverySetIsPublished},
      {"EV_S3_ResetSeesWhatTheSetItTakesBackAnnounced", EV_S3_ResetSeesWhatTheSetItTakesBackAnnounced},
      {"EV_S4_AfterResetNewWaitsWait", EV_S4_AfterResetNewWaitsWait},
      {"EV_S5_MayBeDestroyedByAReleasedWaiter", EV_S5_MayBeDestroyedByAReleasedWaiter},
      {"EV_L1_SetReleasesAll", EV_L1_SetReleasesAll},
  };
};

template <class Event>
struct auto_reset_event_suite {
  static void AE_S1_OneSetReleasesOneWaiter() {
    Event e;
    std::atomic<int> released{0};
    const auto wait = [&] {
      if (e.wait_for(short_time)) ++released;
    };
    together(wait, wait, [&] { e.set(); });
    if (e.try_wait()) ++released;
    expect(released == 1);
  }

  static void AE_S2_SetIsNotCounted() {
    Event e;
    e.set();
    e.set();
    expect(e.try_wait());
    expect(!e.try_wait());
    expect(!e.wait_for(short_time));
    expect(!e.reset());
  }

  static void AE_S3_SetHappensBeforeTheWaitItEnds() {
    Event e;
    int data = 0;
    together(
        [&] {
          data = 42;
          e.set();
        },
        [&] {
          e.wait();
          expect(data == 42);
        });
  }

  static void AE_S5_MayBeDestroyedByTheReleasedWaiter() {
    auto* e = new Event;
    together([e] { e->set(); },
             [e] {
               e->wait();
               delete e;
             });
  }

  static void AE_L1_TwoSetsReleaseTwoWaitersInTurn() {
    Event e;
    Event gone_on;
    const auto wait = [&] {
      e.wait();
      gone_on.set();
    };
    together(wait, wait, [&] {
      e.set();
      gone_on.wait();
      e.set();
    });
  }

  static constexpr scenario all[] = {
      {"AE_S1_OneSetReleasesOneWaiter", AE_S1_OneSetReleasesOneWaiter},
      {"AE_S2_SetIsNotCounted", AE_S2_SetIsNotCounted},
      {"AE_S3_SetHappensBeforeTheWaitItEnds", AE_S3_SetHappensBeforeTheWaitItEnds},
      {"AE_S5_MayBeDestroyedByTheReleasedWaiter", AE_S5_MayBeDestroyedByTheReleasedWaiter},
      {"AE_L1_TwoSetsReleaseTwoWaitersInTurn", AE_L1_TwoSetsReleaseTwoWaitersInTurn},
  };
};

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
    int data = 0;
    together(
        [&] {
          data = 42;
          l.count_down();
        },
        [&] {
          if (l.try_wait()) expect(data == 42);
        });
  }

  static void LT_S5_MayBeDestroyedByAReleasedWaiter() {
    auto* l = new Latch(1);
    together([l] { l->count_down(); },
             [l] {
               l->wait();
               delete l;
             });
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

template <class Barrier>
struct barrier_suite {
  static void CB_S1_NobodyReturnsBeforeAllArrived() {
    Barrier b(3);
    std::atomic<int> arrived{0};
    const auto meet = [&] {
      arrived.fetch_add(1, std::memory_order_relaxed);
      expect(b.arrive_and_wait().has_value());
      expect(arrived.load(std::memory_order_relaxed) == 3);
    };
    together(meet, meet, meet);
  }

  static void CB_L1_WhenAllHaveArrivedAllReturn() {
    Barrier b(3);
    const auto meet = [&] { expect(b.arrive_and_wait().has_value()); };
    together(meet, meet, meet);
    expect(b.waiting() == 0);
  }

  static void CB_S2_IndicesAreAPermutation() {
    Barrier b(3);
    std::atomic<int> seen{0};
    const auto meet = [&] { seen.fetch_or(1 << *b.arrive_and_wait(), std::memory_order_relaxed); };
    together(meet, meet, meet);
    expect(seen == 7);
  }

  static void CB_S3_TheActionRunsOnceAfterAllArrivedBeforeAnyReturns() {
    int a = 0;
    int b = 0;
    int runs = 0;
    Barrier barrier(2, [&] {
      ++runs;
      expect(a + b == 2);
    });
    together(
        [&] {
          a = 1;
          static_cast<void>(barrier.arrive_and_wait());
          expect(runs == 1);
        },
        [&] {
          b = 1;
          static_cast<void>(barrier.arrive_and_wait());
          expect(runs == 1);
        });
  }

  static void CB_S4_GenerationsDoNotMix() {
    Barrier b(2);
    std::atomic<int> phase[2] = {0, 0};
    const auto party = [&](int me) {
      for (int generation = 1; generation <= 2; ++generation) {
        phase[me].store(generation, std::memory_order_relaxed);
        expect(b.arrive_and_wait().has_value());
        expect(phase[1 - me].load(std::memory_order_relaxed) >= generation);
      }
    };
    together([&] { party(0); }, [&] { party(1); });
  }

  static void CB_S5_AStopBreaksTheBarrierForAll() {
    Barrier b(2);
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!b.arrive_and_wait(stop.get_token()).has_value()); });
    expect(b.broken());
    expect(!b.arrive_and_wait().has_value());
  }

  static void CB_S5_AllSucceedOrNone() {
    Barrier b(3);
    std::atomic<int> passed{0};
    const auto meet = [&] {
      if (b.arrive_and_wait().has_value()) ++passed;
    };
    together(meet, meet, [&] {
      if (b.arrive_and_wait_for(short_time).has_value()) ++passed;
    });
    expect(passed == 0 || passed == 3);
    expect(b.broken() == (passed == 0));
  }

  static void CB_S6_AfterAbortAllFailUntilReset() {
    Barrier b(2);
    std::atomic<int> passed{0};
    const auto meet = [&] {
      if (b.arrive_and_wait().has_value()) ++passed;
    };
    together(meet, meet, [&] {
      b.abort();
      b.abort();
    });
    expect(passed == 0 || passed == 2);
    expect(b.broken());
    expect(!b.arrive_and_wait().has_value());
    b.reset();
    together([&] { expect(b.arrive_and_wait().has_value()); },
             [&] { expect(b.arrive_and_wait().has_value()); });
  }

  // Whether the reset comes before, between or after the arrivals: who waited fails, and the barrier is as
  // new.
  static void CB_L2_ResetFailsThoseThatWait() {
    Barrier b(3);
    std::atomic<int> failed{0};
    const auto meet = [&] {
      if (!b.arrive_and_wait_for(short_time).has_value()) ++failed;
    };
    together(meet, meet, [&] { b.reset(); });
    expect(failed == 2);
    b.reset();
    expect(!b.broken());
    expect(b.waiting() == 0);
  }

  static void CB_L2_ATimeoutBreaksTheBarrierForAll() {
    Barrier b(3);
    together([&] { expect(!b.arrive_and_wait().has_value()); },
             [&] { expect(!b.arrive_and_wait_for(std::chrono::seconds(-1)).has_value()); });
    expect(b.broken());
  }

  static void CB_S5_AnActionThatThrowsBreaksTheBarrier() {
    Barrier b(2, [] { throw std::runtime_error("action"); });
    std::atomic<int> thrown{0};
    std::atomic<int> failed{0};
    const auto meet = [&] {
      try {
        if (!b.arrive_and_wait().has_value()) ++failed;
      } catch (const std::runtime_error&) {
        ++thrown;
      }
    };
    together(meet, meet);
    expect(thrown == 1);
    expect(failed == 1);
    expect(b.broken());
  }

  static void CB_OnePartyNeverWaits() {
    Barrier b(1);
    expect(*b.arrive_and_wait() == 0);
    expect(*b.arrive_and_wait_for(std::chrono::seconds(0)) == 0);
    expect(throws<heddle::lock_error>([] { const Barrier none(0); }));
  }

  static constexpr scenario all[] = {
      {"CB_S1_NobodyReturnsBeforeAllArrived", CB_S1_NobodyReturnsBeforeAllArrived},
      {"CB_L1_WhenAllHaveArrivedAllReturn", CB_L1_WhenAllHaveArrivedAllReturn},
      {"CB_S2_IndicesAreAPermutation", CB_S2_IndicesAreAPermutation},
      {"CB_S3_TheActionRunsOnceAfterAllArrivedBeforeAnyReturns",
       CB_S3_TheActionRunsOnceAfterAllArrivedBeforeAnyReturns},
      {"CB_S4_GenerationsDoNotMix", CB_S4_GenerationsDoNotMix},
      {"CB_S5_AStopBreaksTheBarrierForAll", CB_S5_AStopBreaksTheBarrierForAll},
      {"CB_S5_AllSucceedOrNone", CB_S5_AllSucceedOrNone},
      {"CB_S5_AnActionThatThrowsBreaksTheBarrier", CB_S5_AnActionThatThrowsBreaksTheBarrier},
      {"CB_S6_AfterAbortAllFailUntilReset", CB_S6_AfterAbortAllFailUntilReset},
      {"CB_L2_ResetFailsThoseThatWait", CB_L2_ResetFailsThoseThatWait},
      {"CB_L2_ATimeoutBreaksTheBarrierForAll", CB_L2_ATimeoutBreaksTheBarrierForAll},
      {"CB_OnePartyNeverWaits", CB_OnePartyNeverWaits},
  };
};

}  // namespace suite
