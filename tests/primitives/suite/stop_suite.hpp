// What is expected of waits that a stop token can end: the wait ends, it has taken nothing then, and it is
// woken like any other.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Semaphore>
struct stop_semaphore_suite {
  static void SM_L2_AStopEndsTheWait() {
    Semaphore s(0);
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!s.acquire(stop.get_token())); });
    s.release();
    expect(s.acquire(stop.get_token()));  // there was one: the stop does not matter
    expect(!s.try_acquire_for(long_time, stop.get_token()));
  }

  static void SM_S4_AStoppedAcquireTakesNothing() {
    Semaphore s(0);
    std::stop_source stop;
    together([&] { stop.request_stop(); },
             [&] {
               if (s.acquire(stop.get_token())) s.release();
             },
             [&] { s.release(); });
    expect(s.try_acquire());
    expect(!s.try_acquire());
  }

  // Whoever the release wakes, the permit is taken.
  static void SM_L1_AStopLosesNoWakeUp() {
    Semaphore s(0);
    std::stop_source stop;
    std::stop_source never;
    together(
        [&] {
          if (s.acquire(stop.get_token())) s.release();
        },
        [&] { expect(s.acquire(never.get_token())); },
        [&] {
          stop.request_stop();
          s.release();
        });
    expect(!s.try_acquire());
  }

  static void SM_L1_AReleaseWakesWhoeverCouldBeStopped() {
    Semaphore s(0);
    std::stop_source never;
    together([&] { expect(s.acquire(never.get_token())); }, [&] { s.acquire(); },
             [&] {
               s.release();
               s.release();
             });
  }

  static void SM_S6_MayBeDestroyedByAnAcquirerThatCouldBeStopped() {
    auto* s = new Semaphore(0);
    std::stop_source never;
    together([s] { s->release(); },
             [&] {
               expect(s->acquire(never.get_token()));
               delete s;
             });
  }

  static constexpr scenario all[] = {
      {"SM_L2_AStopEndsTheWait", SM_L2_AStopEndsTheWait},
      {"SM_S4_AStoppedAcquireTakesNothing", SM_S4_AStoppedAcquireTakesNothing},
      {"SM_L1_AStopLosesNoWakeUp", SM_L1_AStopLosesNoWakeUp},
      {"SM_L1_AReleaseWakesWhoeverCouldBeStopped", SM_L1_AReleaseWakesWhoeverCouldBeStopped},
      {"SM_S6_MayBeDestroyedByAnAcquirerThatCouldBeStopped",
       SM_S6_MayBeDestroyedByAnAcquirerThatCouldBeStopped},
  };
};

// A bounded semaphore begins full.
template <class Semaphore>
struct stop_bounded_semaphore_suite {
  static void SM_L2_AStopEndsTheWait() {
    Semaphore s(1);
    std::stop_source stop;
    s.acquire();
    together([&] { stop.request_stop(); }, [&] { expect(!s.acquire(stop.get_token())); });
    s.release();
    expect(s.acquire(stop.get_token()));
  }

  static void SM_L1_AReleaseWakesWhoeverCouldBeStopped() {
    Semaphore s(1);
    std::stop_source never;
    s.acquire();
    together([&] { expect(s.acquire(never.get_token())); }, [&] { s.release(); });
  }

  static constexpr scenario all[] = {
      {"SM_L2_AStopEndsTheWait", SM_L2_AStopEndsTheWait},
      {"SM_L1_AReleaseWakesWhoeverCouldBeStopped", SM_L1_AReleaseWakesWhoeverCouldBeStopped},
  };
};

template <class Event>
struct stop_event_suite {
  static void EV_L2_AStopEndsTheWait() {
    Event e;
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!e.wait(stop.get_token())); });
    expect(!e.wait_for(long_time, stop.get_token()));
    e.set();
    expect(e.wait(stop.get_token()));
  }

  static void EV_L1_SetReleasesWhoeverCouldBeStopped() {
    Event e;
    std::stop_source never;
    together([&] { expect(e.wait(never.get_token())); }, [&] { e.set(); });
  }

  // The word says already that threads sleep when the second comes.
  static void EV_L1_SetReleasesAllWhetherTheyCouldBeStoppedOrNot() {
    Event e;
    std::stop_source never;
    together([&] { expect(e.wait(never.get_token())); }, [&] { e.wait(); }, [&] { e.set(); });
  }

  static void EV_S5_MayBeDestroyedByAWaiterThatCouldBeStopped() {
    auto* e = new Event;
    std::stop_source never;
    together([e] { e->set(); },
             [&] {
               expect(e->wait(never.get_token()));
               delete e;
             });
  }

  static constexpr scenario all[] = {
      {"EV_L2_AStopEndsTheWait", EV_L2_AStopEndsTheWait},
      {"EV_L1_SetReleasesWhoeverCouldBeStopped", EV_L1_SetReleasesWhoeverCouldBeStopped},
      {"EV_L1_SetReleasesAllWhetherTheyCouldBeStoppedOrNot",
       EV_L1_SetReleasesAllWhetherTheyCouldBeStoppedOrNot},
      {"EV_S5_MayBeDestroyedByAWaiterThatCouldBeStopped", EV_S5_MayBeDestroyedByAWaiterThatCouldBeStopped},
  };
};

template <class Event>
struct stop_auto_reset_event_suite {
  static void AE_L2_AStopEndsTheWait() {
    Event e;
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!e.wait(stop.get_token())); });
    e.set();
    expect(e.wait(stop.get_token()));
    expect(!e.wait_for(long_time, stop.get_token()));
  }

  static void AE_S4_AStoppedWaitTakesNoSignal() {
    Event e;
    std::stop_source stop;
    bool taken = false;
    together([&] { stop.request_stop(); }, [&] { taken = e.wait(stop.get_token()); }, [&] { e.set(); });
    expect(e.try_wait() != taken);
  }

  static void AE_L1_SetReleasesWhoeverCouldBeStopped() {
    Event e;
    std::stop_source never;
    together([&] { expect(e.wait(never.get_token())); }, [&] { e.set(); });
  }

  static constexpr scenario all[] = {
      {"AE_L2_AStopEndsTheWait", AE_L2_AStopEndsTheWait},
      {"AE_S4_AStoppedWaitTakesNoSignal", AE_S4_AStoppedWaitTakesNoSignal},
      {"AE_L1_SetReleasesWhoeverCouldBeStopped", AE_L1_SetReleasesWhoeverCouldBeStopped},
  };
};

template <class Latch>
struct stop_latch_suite {
  static void LT_L2_AStopEndsTheWait() {
    Latch l(1);
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!l.wait(stop.get_token())); });
    expect(!l.wait_for(long_time, stop.get_token()));
    l.count_down();
    expect(l.wait(stop.get_token()));
  }

  static void LT_L1_ZeroReleasesWhoeverCouldBeStopped() {
    Latch l(1);
    std::stop_source never;
    together([&] { expect(l.wait(never.get_token())); }, [&] { l.wait(); }, [&] { l.count_down(); });
  }

  static constexpr scenario all[] = {
      {"LT_L2_AStopEndsTheWait", LT_L2_AStopEndsTheWait},
      {"LT_L1_ZeroReleasesWhoeverCouldBeStopped", LT_L1_ZeroReleasesWhoeverCouldBeStopped},
  };
};

template <class Queue>
struct stop_concurrent_queue_suite {
  static void CQ_L3_AStopEndsThePop() {
    Queue q;
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!q.pop(stop.get_token())); });
    q.push(1);
    expect(q.pop(stop.get_token()) == 1);
  }

  static void CQ_S1_AStoppedPopTakesNothing() {
    Queue q;
    std::stop_source stop;
    std::optional<int> got;
    together([&] { stop.request_stop(); }, [&] { got = q.pop(stop.get_token()); }, [&] { q.push(1); });
    expect(q.try_pop().has_value() != got.has_value());
  }

  static constexpr scenario all[] = {
      {"CQ_L3_AStopEndsThePop", CQ_L3_AStopEndsThePop},
      {"CQ_S1_AStoppedPopTakesNothing", CQ_S1_AStoppedPopTakesNothing},
  };
};

template <template <class> class Promise>
struct stop_future_suite {
  static void FU_L3_AStopEndsTheWait() {
    Promise<int> promise;
    const auto future = promise.get_future();
    std::stop_source stop;
    together([&] { stop.request_stop(); }, [&] { expect(!future.wait(stop.get_token())); });
    promise.set_value(1);
    expect(future.wait(stop.get_token()));
  }

  static void FU_L1_CompletionWakesWhoeverCouldBeStopped() {
    Promise<int> promise;
    const auto future = promise.get_future();
    std::stop_source never;
    together([&] { expect(future.wait(never.get_token())); }, [&] { promise.set_value(1); });
  }

  static constexpr scenario all[] = {
      {"FU_L3_AStopEndsTheWait", FU_L3_AStopEndsTheWait},
      {"FU_L1_CompletionWakesWhoeverCouldBeStopped", FU_L1_CompletionWakesWhoeverCouldBeStopped},
  };
};

}  // namespace suite
