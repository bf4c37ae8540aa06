// What is expected of futures and executors.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>
#include <heddle/event.hpp>
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
    int data = 0;
    const auto get = [&] {
      expect(f.get() == 7);
      expect(data == 42);
    };
    together(get, get, [&] {
      data = 42;
      p.set_value(7);
    });
  }

  static void FU_S2_SetHappensBeforeTheEndOfAWait() {
    Promise<int> p;
    const auto f = p.get_future();
    int data = 0;
    together(
        [&] {
          data = 42;
          p.set_value(7);
        },
        [&] {
          f.wait();
          expect(data == 42);
        });
  }

  static void FU_S2_ACompletionThatIsSeenHappenedBefore() {
    Promise<int> p;
    const auto f = p.get_future();
    int data = 0;
    together(
        [&] {
          data = 42;
          p.set_value(7);
        },
        [&] {
          if (f.is_done()) expect(data == 42);
        });
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

template <class Executor>
struct executor_suite {
  using pending = typename Executor::pending;

  static void TP_S1_EveryTaskRunsOnce() {
    std::atomic<int> runs{0};
    {
      Executor e(1);
      const auto a = e.submit([&] { return ++runs; });
      const auto b = e.submit([&] { return ++runs; });
      expect(a.get() == 1);
      expect(b.get() == 2);
    }
    expect(runs == 2);
  }

  static void TP_S2_NeverMoreThanTheWorkersAtOnce() {
    std::atomic<int> running{0};
    Executor e(2);
    const auto task = [&] {
      expect(running.fetch_add(1, std::memory_order_relaxed) < 2);
      running.fetch_sub(1, std::memory_order_relaxed);
    };
    e.submit(task);
    e.submit(task);
    e.submit(task);
  }

  static void TP_S3_TasksStartInTheOrderOfTheirSubmission() {
    std::vector<int> order;
    Executor e(1);
    e.submit([&] { order.push_back(1); });
    e.submit([&] { order.push_back(2); });
    e.shutdown();
    expect(order == std::vector<int>{1, 2});
  }

  // The worker may be about to sleep when the second comes.
  static void TP_L1_AnAcceptedTaskStarts() {
    heddle::event started;
    Executor e(1);
    e.submit([] {});
    e.submit([&] { started.set(); });
    started.wait();
  }

  static void TP_L2_ShutdownEnds() {
    Executor e(1);
    e.submit([] {});
    together([&] { e.shutdown(); }, [&] { e.shutdown(); });
  }

  static void TP_S4_NothingIsAcceptedAfterShutdown() {
    Executor e(1);
    e.shutdown();
    e.shutdown();
    bool refused = false;
    try {
      e.submit([] {});
    } catch (const std::runtime_error&) {
      refused = true;
    }
    expect(refused);
  }

  static void TP_S5_ShutdownWaitsForAcceptedTasks() {
    int runs = 0;
    Executor e(1);
    e.submit([&] { ++runs; });
    e.submit([&] { ++runs; });
    e.shutdown();
    expect(runs == 2);
  }

  static void TP_S5_ShutdownCancelsWhatHasNotBegun() {
    std::atomic<int> runs{0};
    Executor e(1);
    const auto a = e.submit([&] { ++runs; });
    const auto b = e.submit([&] { ++runs; });
    e.shutdown(pending::cancel);
    expect(a.is_done() && b.is_done());
    expect(runs == (a.is_cancelled() ? 0 : 1) + (b.is_cancelled() ? 0 : 1));
  }

  static void TP_S6_SubmitTaskAndGetAreInOrder() {
    int data = 1;
    Executor e(1);
    const auto f = e.submit([&] { return ++data; });
    expect(f.get() == 2);
    expect(data == 2);
  }

  static void TP_TaskExceptionsComeThroughTheFuture() {
    Executor e(1);
    const auto f = e.submit([]() -> int { throw std::runtime_error("task"); });
    expect(throws<std::runtime_error>([&] { static_cast<void>(f.get()); }));
    expect(e.submit([] { return 5; }).get() == 5);
  }

  static void TP_L3_AFailingInitialiserFailsEveryTask() {
    Executor e({.workers = 1, .initialiser = [] { throw std::runtime_error("initialiser"); }});
    try {
      e.submit([] {}).get();
      expect(false);
    } catch (const std::exception&) {
    }
  }

  static void TP_MapKeepsTheOrder() {
    Executor e(2);
    const auto results = e.map(std::vector<int>{1, 2}, [](int i) { return 10 * i; });
    expect(results[0].get() == 10);
    expect(results[1].get() == 20);
  }

  static constexpr scenario all[] = {
      {"TP_S1_EveryTaskRunsOnce", TP_S1_EveryTaskRunsOnce},
      {"TP_S2_NeverMoreThanTheWorkersAtOnce", TP_S2_NeverMoreThanTheWorkersAtOnce},
      {"TP_S3_TasksStartInTheOrderOfTheirSubmission", TP_S3_TasksStartInTheOrderOfTheirSubmission},
      {"TP_L1_AnAcceptedTaskStarts", TP_L1_AnAcceptedTaskStarts},
      {"TP_L2_ShutdownEnds", TP_L2_ShutdownEnds},
      {"TP_S4_NothingIsAcceptedAfterShutdown", TP_S4_NothingIsAcceptedAfterShutdown},
      {"TP_S5_ShutdownWaitsForAcceptedTasks", TP_S5_ShutdownWaitsForAcceptedTasks},
      {"TP_S5_ShutdownCancelsWhatHasNotBegun", TP_S5_ShutdownCancelsWhatHasNotBegun},
      {"TP_S6_SubmitTaskAndGetAreInOrder", TP_S6_SubmitTaskAndGetAreInOrder},
      {"TP_TaskExceptionsComeThroughTheFuture", TP_TaskExceptionsComeThroughTheFuture},
      {"TP_L3_AFailingInitialiserFailsEveryTask", TP_L3_AFailingInitialiserFailsEveryTask},
      {"TP_MapKeepsTheOrder", TP_MapKeepsTheOrder},
  };
};

}  // namespace suite
