// What is expected of futures.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>
#include <heddle/future.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <template <class> class Promise>
struct future_suite {
  using state = heddle::future_state;

  static void FU_S1_OneCompletionOnly() {
    Promise<int> p;
    const auto f = p.get_future();
    std::atomic<int> refused{0};
    const auto set = [&](int value) {
      return [&, value] {
        if (throws<heddle::future_error>([&] { p.set_value(value); })) ++refused;
      };
    };
    together(set(1), set(2));
    expect(refused == 1);
    expect(f.get() == 1 || f.get() == 2);
  }

  static void FU_S2_SetHappensBeforeGet() {
    Promise<int> p;
    const auto f = p.get_future();
    const auto get = [&] { expect(f.get() == 7); };
    expect_published([&] { p.set_value(7); }, get, get);
  }

  static void FU_S2_SetHappensBeforeTheEndOfAWait() {
    Promise<void> p;
    const auto f = p.get_future();
    expect_published([&] { p.set_value(); }, [&] { f.wait(); });
  }

  static void FU_S2_ACompletionThatIsSeenHappenedBefore() {
    Promise<void> p;
    const auto f = p.get_future();
    expect_published([&] { p.set_value(); }, [&] { return f.is_done(); });
  }

  static void FU_S2_CallbacksRunOnceAfterTheCompletionInTheirOrder() {
    Promise<int> p;
    const auto f = p.get_future();
    std::vector<int> order;
    f.add_done_callback([&](const auto& done) {
      expect(done.is_done());
      order.push_back(1);
    });
    f.add_done_callback([](const auto&) { throw std::runtime_error("ignored"); });
    f.add_done_callback([&](const auto&) { order.push_back(2); });
    p.set_value(1);
    f.add_done_callback([&](const auto&) { order.push_back(3); });
    expect(order == std::vector<int>{1, 2, 3});
  }

  static void FU_S2_ACallbackAddedMeanwhileRunsOnce() {
    Promise<int> p;
    const auto f = p.get_future();
    std::atomic<int> calls{0};
    together([&] { p.set_value(1); }, [&] { f.add_done_callback([&](const auto&) { ++calls; }); });
    expect(calls == 1);
  }

  static void FU_S3_CancelledMeansNeverRun() {
    Promise<int> p;
    auto f = p.get_future();
    bool ran = false;
    bool cancelled = false;
    together(
        [&] {
          if (!p.set_running_or_notify_cancel()) return;
          ran = true;
          p.set_value(1);
        },
        [&] { cancelled = f.cancel(); });
    expect(cancelled != ran);
    expect(f.is_cancelled() == cancelled);
    if (cancelled) expect(throws<heddle::future_error>([&] { static_cast<void>(f.get()); }));
  }

  static void FU_S4_TheStates() {
    Promise<int> p;
    auto f = p.get_future();
    expect(f.state() == state::pending);
    expect(!f.wait_for(short_time));
    expect(throws<heddle::timeout_error>([&] { static_cast<void>(f.get_for(std::chrono::seconds(0))); }));
    expect(p.set_running_or_notify_cancel());
    expect(f.state() == state::running);
    expect(!f.cancel());
    expect(throws<heddle::future_error>([&] { p.set_running_or_notify_cancel(); }));
    p.set_exception(std::make_exception_ptr(std::runtime_error("body")));
    expect(f.state() == state::finished);
    expect(throws<std::runtime_error>([&] { static_cast<void>(f.get()); }));
    expect(f.exception() != nullptr);
    Promise<int> q;
    auto g = q.get_future();
    expect(g.cancel() && g.cancel());
    expect(g.state() == state::cancelled);
    expect(throws<heddle::future_error>([&] { q.set_value(1); }));
    expect(!q.set_running_or_notify_cancel());
    expect(g.state() == state::notified);
    expect(throws<heddle::future_error>([&] { q.set_running_or_notify_cancel(); }));
  }

  static void FU_S5_TheLastHolderMayFreeTheState() {
    std::optional<Promise<int>> p(std::in_place);
    auto f = p->get_future();
    together(
        [&] {
          p->set_value(1);
          p.reset();
        },
        [f = std::move(f)]() mutable {
          static_cast<void>(f.get());
          f = {};
        });
  }

  static void FU_S6_APromiseDestroyedUnsetIsBroken() {
    auto f = Promise<int>().get_future();
    try {
      static_cast<void>(f.get());
      expect(false);
    } catch (const heddle::future_error& error) {
      expect(error.code() == heddle::future_errc::broken_promise);
    }
  }

  static void FU_APromiseThatWasMovedFromHasNoState() {
    Promise<int> from;
    Promise<int> to(std::move(from));
    const auto refused = [](auto call) {
      try {
        call();
        return false;
      } catch (const heddle::future_error& error) {
        return error.code() == heddle::future_errc::no_state;
      }
    };
    expect(refused([&] { from.set_value(1); }));
    expect(refused([&] { static_cast<void>(from.get_future()); }));
    expect(refused([&] { static_cast<void>(from.set_running_or_notify_cancel()); }));
    to.set_value(2);
    expect(to.get_future().get() == 2);
  }

  static void FU_L1_CompletionWakesEveryWaiter() {
    Promise<void> p;
    const auto f = p.get_future();
    const auto wait = [&] { f.wait(); };
    together(wait, wait, [&] { p.set_value(); });
  }

  static void FU_L2_CancelWakesEveryWaiter() {
    Promise<void> p;
    auto f = p.get_future();
    const auto wait = [&] { f.wait(); };
    together(wait, wait, [&] { f.cancel(); });
  }

  static constexpr scenario all[] = {
      {"FU_S1_OneCompletionOnly", FU_S1_OneCompletionOnly},
      {"FU_S2_SetHappensBeforeGet", FU_S2_SetHappensBeforeGet},
      {"FU_S2_SetHappensBeforeTheEndOfAWait", FU_S2_SetHappensBeforeTheEndOfAWait},
      {"FU_S2_ACompletionThatIsSeenHappenedBefore", FU_S2_ACompletionThatIsSeenHappenedBefore},
      {"FU_S2_CallbacksRunOnceAfterTheCompletionInTheirOrder",
       FU_S2_CallbacksRunOnceAfterTheCompletionInTheirOrder},
      {"FU_S2_ACallbackAddedMeanwhileRunsOnce", FU_S2_ACallbackAddedMeanwhileRunsOnce},
      {"FU_S3_CancelledMeansNeverRun", FU_S3_CancelledMeansNeverRun},
      {"FU_S4_TheStates", FU_S4_TheStates},
      {"FU_S5_TheLastHolderMayFreeTheState", FU_S5_TheLastHolderMayFreeTheState},
      {"FU_S6_APromiseDestroyedUnsetIsBroken", FU_S6_APromiseDestroyedUnsetIsBroken},
      {"FU_APromiseThatWasMovedFromHasNoState", FU_APromiseThatWasMovedFromHasNoState},
      {"FU_L1_CompletionWakesEveryWaiter", FU_L1_CompletionWakesEveryWaiter},
      {"FU_L2_CancelWakesEveryWaiter", FU_L2_CancelWakesEveryWaiter},
  };
};

}  // namespace suite
