// What is expected of events.
#pragma once

#include <atomic>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

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
    const auto wait = [&] { e.wait(); };
    expect_published([&] { e.set(), e.set(); }, wait, wait);
  }

  static void EV_S3_ASetThatIsSeenHappenedBefore() {
    Event e;
    expect_published([&] { e.set(); }, [&] { return e.is_set(); });
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
    destroyed_by_the_waiter(
        new Event, [](Event& e) { e.set(); }, [](Event& e) { e.wait(); });
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
    expect_published([&] { e.set(); }, [&] { e.wait(); });
  }

  static void AE_S5_MayBeDestroyedByTheReleasedWaiter() {
    destroyed_by_the_waiter(
        new Event, [](Event& e) { e.set(); }, [](Event& e) { e.wait(); });
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

}  // namespace suite
