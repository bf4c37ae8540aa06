// What is expected of threads and timers.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>
#include <heddle/event.hpp>
#include <heddle/latch.hpp>
#include <heddle/thread.hpp>
#include <heddle/timer.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Thread>
struct thread_suite {
  static void TH_S1_TheBodyRunsOnce() {
    int runs = 0;
    Thread t = Thread::deferred({}, [&] { ++runs; });
    expect(!t.is_alive());
    expect(throws<heddle::thread_state_error>([&] { t.join(); }));
    t.start();
    expect(throws<heddle::thread_state_error>([&] { t.start(); }));
    t.join();
    expect(throws<heddle::thread_state_error>([&] { t.start(); }));
    expect(runs == 1);
  }

  static void TH_S2_StartHappensBeforeTheBodyAndItsEndBeforeEveryJoin() {
    int data = 1;
    Thread t([&] { ++data; });
    together(
        [&] {
          t.join();
          expect(data == 2);
        },
        [&] {
          t.join();
          expect(data == 2);
        });
  }

  static void TH_S2_AnEndThatIsSeenHappenedBefore() {
    int data = 0;
    Thread t([&] { data = 42; });
    if (!t.is_alive()) expect(data == 42);
    t.join();
  }

  static void TH_S3_AfterAJoinTheThreadIsGone() {
    Thread t([] {});
    t.join();
    expect(!t.is_alive());
    expect(t.joinable());
    expect(Thread::active_count() == 0);
    expect(Thread::enumerate().empty());
  }

  static void TH_S3_ARunningThreadIsEnumerated() {
    std::atomic<bool> go{false};
    Thread t({.name = "worker"}, [&] {
      expect(Thread::current() != nullptr);
      expect(Thread::current()->name == "worker");
      while (!go.load()) std::this_thread::yield();
    });
    expect(t.is_alive());
    expect(Thread::active_count() == 1);
    expect(Thread::enumerate().at(0).name == "worker");
    go = true;
    t.join();
    expect(Thread::current() == nullptr);
  }

  static void TH_S4_LiveThreadsHaveDifferentNumbers() {
    heddle::latch alive(2);
    unsigned numbers[2] = {0, 0};
    const auto body = [&](int i) {
      return [&, i] {
        numbers[i] = heddle::this_thread::native_id();
        alive.arrive_and_wait();
      };
    };
    Thread a(body(0));
    Thread b(body(1));
    a.join();
    b.join();
    expect(numbers[0] != 0 && numbers[1] != 0 && numbers[0] != numbers[1]);
    expect(numbers[0] != heddle::this_thread::native_id() && numbers[1] != heddle::this_thread::native_id());
  }

  // No system has a stack of one byte.
  static void TH_S5_AFailedStartLeavesNoTrace() {
    bool ran = false;
    Thread t = Thread::deferred({.stack_bytes = 1}, [&] { ran = true; });
    for (int i = 0; i < 2; ++i) {
      expect(throws<std::system_error>([&] { t.start(); }));
      expect(!t.is_alive());
      expect(!t.joinable());
      expect(Thread::active_count() == 0);
      expect(throws<heddle::thread_state_error>([&] { t.join(); }));
    }
    expect(!ran);
  }

  static void TH_L2_WhoeverGoesWaitsForTheThreadsHeStarted() {
    int data = 0;
    {
      const Thread outer([&] { const Thread inner([&] { data = 42; }); });
    }
    expect(data == 42);
    expect(Thread::active_count() == 0);
  }

  static void TH_L1_EveryJoinerReturns() {
    Thread t([] {});
    const auto join = [&] { t.join(); };
    together(join, join, join);
  }

  static void TH_L3_ATimedJoinReturnsAtItsDeadline() {
    std::atomic<bool> go{false};
    Thread t([&] {
      while (!go.load()) std::this_thread::yield();
    });
    expect(!t.try_join_for(short_time));
    expect(!t.try_join_for(std::chrono::seconds(-1)));
    go = true;
    t.join();
    expect(t.try_join_for(std::chrono::seconds(0)));
  }

  // The thread runs, and may have ended, before start() has returned.
  static void TH_L1_AJoinWhileTheThreadIsStartedReturns() {
    heddle::event runs;
    Thread t = Thread::deferred({}, [&] { runs.set(); });
    together(
        [&] {
          runs.wait();
          t.join();
          expect(!t.is_alive());
        },
        [&] { t.start(); });
  }

  static void TH_DetachingAndEnumeratingGoTogether() {
    std::atomic<bool> go{false};
    Thread t([&] {
      while (!go.load()) std::this_thread::yield();
    });
    together([&] { t.detach(); }, [&] { expect(Thread::enumerate().size() == 1); });
    expect(t.daemon());
    go = true;
    t.join();
  }

  static void TH_JoiningOneselfFails() {
    Thread* self = nullptr;
    Thread t = Thread::deferred({}, [&] { expect(throws<heddle::lock_error>([&] { self->join(); })); });
    self = &t;
    t.start();
    t.join();
  }

  static void TH_AnExceptionEndsTheThreadOnly() {
    static std::atomic<int> reported;
    reported = 0;
    const auto before = Thread::set_uncaught_handler(
        [](const std::exception_ptr&, const heddle::thread_info& thread) noexcept {
          if (thread.name == "failing") ++reported;
        });
    Thread failing({.name = "failing"}, [] { throw std::runtime_error("body"); });
    Thread quiet({.name = "failing"}, [] { heddle::this_thread::exit(); });
    failing.join();
    quiet.join();
    expect(reported == 1);
    Thread::set_uncaught_handler(before);
  }

  // What came before set_uncaught_handler() happens before the handler's calls.
  static void TH_TheHandlerSeesWhatCameBeforeItWasSet() {
    static int data;
    data = 0;
    const auto before =
        Thread::set_uncaught_handler([](const std::exception_ptr&, const heddle::thread_info&) noexcept {});
    Thread failing([] { throw std::runtime_error("body"); });
    data = 42;
    Thread::set_uncaught_handler(
        [](const std::exception_ptr&, const heddle::thread_info&) noexcept { expect(data == 42); });
    failing.join();
    Thread::set_uncaught_handler(before);
  }

  // A handler may call the one it took the place of.
  static void TH_WhoReplacesAHandlerSeesWhatCameBeforeItWasSet() {
    static int data;
    data = 0;
    const auto first = Thread::set_uncaught_handler(
        [](const std::exception_ptr&, const heddle::thread_info&) noexcept { expect(data == 42); });
    const auto none = Thread::set_uncaught_handler(nullptr);
    together(
        [&] {
          data = 42;
          Thread::set_uncaught_handler(none);
        },
        [&] {
          const auto replaced = Thread::set_uncaught_handler(nullptr);
          if (replaced != nullptr) replaced(nullptr, {});
        });
    Thread::set_uncaught_handler(first);
  }

  static void TH_TheDestructorRequestsAStopAndJoins() {
    bool stopped = false;
    {
      const Thread t([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) std::this_thread::yield();
        stopped = true;
      });
    }
    expect(stopped);
  }

  static void TH_RunnableRunsItsOverride() {
    struct worker : heddle::runnable {
      using runnable::runnable;
      void run() override { ran = true; }
      bool ran = false;
    };
    worker w({.name = "derived"});
    expect(w.name() == "derived");
    w.start();
    w.join();
    expect(w.ran);
    expect(!w.is_alive());
  }

  static constexpr scenario all[] = {
      {"TH_S1_TheBodyRunsOnce", TH_S1_TheBodyRunsOnce},
      {"TH_S2_StartHappensBeforeTheBodyAndItsEndBeforeEveryJoin",
       TH_S2_StartHappensBeforeTheBodyAndItsEndBeforeEveryJoin},
      {"TH_S2_AnEndThatIsSeenHappenedBefore", TH_S2_AnEndThatIsSeenHappenedBefore},
      {"TH_S3_AfterAJoinTheThreadIsGone", TH_S3_AfterAJoinTheThreadIsGone},
      {"TH_S3_ARunningThreadIsEnumerated", TH_S3_ARunningThreadIsEnumerated},
      {"TH_S4_LiveThreadsHaveDifferentNumbers", TH_S4_LiveThreadsHaveDifferentNumbers},
      {"TH_S5_AFailedStartLeavesNoTrace", TH_S5_AFailedStartLeavesNoTrace},
      {"TH_L2_WhoeverGoesWaitsForTheThreadsHeStarted", TH_L2_WhoeverGoesWaitsForTheThreadsHeStarted},
      {"TH_L1_EveryJoinerReturns", TH_L1_EveryJoinerReturns},
      {"TH_L3_ATimedJoinReturnsAtItsDeadline", TH_L3_ATimedJoinReturnsAtItsDeadline},
      {"TH_L1_AJoinWhileTheThreadIsStartedReturns", TH_L1_AJoinWhileTheThreadIsStartedReturns},
      {"TH_DetachingAndEnumeratingGoTogether", TH_DetachingAndEnumeratingGoTogether},
      {"TH_JoiningOneselfFails", TH_JoiningOneselfFails},
      {"TH_AnExceptionEndsTheThreadOnly", TH_AnExceptionEndsTheThreadOnly},
      {"TH_TheHandlerSeesWhatCameBeforeItWasSet", TH_TheHandlerSeesWhatCameBeforeItWasSet},
      {"TH_WhoReplacesAHandlerSeesWhatCameBeforeItWasSet", TH_WhoReplacesAHandlerSeesWhatCameBeforeItWasSet},
      {"TH_TheDestructorRequestsAStopAndJoins", TH_TheDestructorRequestsAStopAndJoins},
      {"TH_RunnableRunsItsOverride", TH_RunnableRunsItsOverride},
  };
};

template <class Timer>
struct timer_suite {
  static void TM_S1_TheCallbackRunsAtMostOnce() {
    std::atomic<int> calls{0};
    {
      Timer t(short_time, [&] { ++calls; });
      t.start();
      expect(throws<heddle::thread_state_error>([&] { t.start(); }));
    }
    expect(calls <= 1);
  }

  static void TM_S2_CancelTrueMeansNever() {
    std::atomic<int> calls{0};
    bool never = false;
    {
      Timer t(short_time, [&] { ++calls; });
      t.start();
      never = t.cancel();
      expect(t.cancel() == never);
    }
    expect(calls == (never ? 0 : 1));
  }

  static void TM_S4_AfterCancelAndWaitTheCapturesMayGo() {
    auto captured = std::make_unique<int>(0);
    Timer t(short_time, [&] { ++*captured; });
    t.start();
    t.cancel_and_wait();
    captured.reset();
  }

  static void TM_S2_CancelBeforeStart() {
    std::atomic<int> calls{0};
    Timer t(std::chrono::seconds(0), [&] { ++calls; });
    expect(t.cancel());
    t.start();
    t.cancel_and_wait();
    expect(calls == 0);
    expect(!t.fired());
  }

  static void TM_S3_NotBeforeItsTime() {
    const auto start = std::chrono::steady_clock::now();
    heddle::event fired;
    Timer t(short_time, [&] {
      expect(std::chrono::steady_clock::now() - start >= short_time);
      fired.set();
    });
    t.start();
    fired.wait();
  }

  static void TM_L2_CancelDoesNotWaitForTheCallback() {
    heddle::event begun;
    heddle::event go_on;
    Timer t(short_time, [&] {
      begun.set();
      go_on.wait();
    });
    t.start();
    begun.wait();
    expect(!t.cancel());
    go_on.set();
  }

  static void TM_L1_AnUncancelledTimerFires() {
    heddle::event fired;
    Timer t(short_time, [&] { fired.set(); });
    t.start();
    fired.wait();
    expect(!t.cancel());
    expect(t.fired());
  }

  static void TM_L2_CancelAndWaitFromTheCallbackReturns() {
    std::optional<Timer> t;
    t.emplace(std::chrono::seconds(-1), [&] { expect(!t->cancel_and_wait()); });
    t->start();
    while (!t->fired()) std::this_thread::yield();
    t.reset();
  }

  static constexpr scenario all[] = {
      {"TM_S1_TheCallbackRunsAtMostOnce", TM_S1_TheCallbackRunsAtMostOnce},
      {"TM_S2_CancelTrueMeansNever", TM_S2_CancelTrueMeansNever},
      {"TM_S2_CancelBeforeStart", TM_S2_CancelBeforeStart},
      {"TM_S4_AfterCancelAndWaitTheCapturesMayGo", TM_S4_AfterCancelAndWaitTheCapturesMayGo},
      {"TM_S3_NotBeforeItsTime", TM_S3_NotBeforeItsTime},
      {"TM_L2_CancelDoesNotWaitForTheCallback", TM_L2_CancelDoesNotWaitForTheCallback},
      {"TM_L1_AnUncancelledTimerFires", TM_L1_AnUncancelledTimerFires},
      {"TM_L2_CancelAndWaitFromTheCallbackReturns", TM_L2_CancelAndWaitFromTheCallbackReturns},
  };
};

}  // namespace suite
