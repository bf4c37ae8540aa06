// What is expected of barriers.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>
#include <stdexcept>
#include <stop_token>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

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
