// What is expected of executors.
#pragma once

#include <array>
#include <atomic>
#include <heddle/event.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

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

  // The first ones do not end before all are there. A thread runs one at a time, so it is enough that there
  // are no more threads.
  static void TP_S2_NeverMoreThanTheWorkersAtOnce() {
    std::array<std::thread::id, 3> ran_by;
    std::mutex until_all_are_there;
    {
      Executor e(2);
      const std::lock_guard held(until_all_are_there);
      for (auto& mine : ran_by)
        e.submit([&] {
          const std::lock_guard passed(until_all_are_there);
          mine = std::this_thread::get_id();
        });
    }
    expect(ran_by[0] == ran_by[1] || ran_by[1] == ran_by[2] || ran_by[0] == ran_by[2]);
  }

  static void TP_S2_OneWorkerRunsOneAtATime() {
    std::array<std::thread::id, 2> ran_by;
    {
      Executor e(1);
      for (auto& mine : ran_by) e.submit([&mine] { mine = std::this_thread::get_id(); });
    }
    expect(ran_by[0] == ran_by[1]);
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
  }

  static void TP_L1_ATaskAfterOneThatThrewRuns() {
    Executor e(1);
    const auto a = e.submit([]() -> int { throw std::runtime_error("task"); });
    const auto b = e.submit([] { return 5; });
    e.shutdown();
    expect(a.exception() != nullptr);
    expect(b.get() == 5);
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
    e.shutdown();
    expect(results[0].get() == 10);
    expect(results[1].get() == 20);
  }

  static constexpr scenario all[] = {
      {"TP_S1_EveryTaskRunsOnce", TP_S1_EveryTaskRunsOnce},
      {"TP_S2_NeverMoreThanTheWorkersAtOnce", TP_S2_NeverMoreThanTheWorkersAtOnce},
      {"TP_S2_OneWorkerRunsOneAtATime", TP_S2_OneWorkerRunsOneAtATime},
      {"TP_S3_TasksStartInTheOrderOfTheirSubmission", TP_S3_TasksStartInTheOrderOfTheirSubmission},
      {"TP_L1_AnAcceptedTaskStarts", TP_L1_AnAcceptedTaskStarts},
      {"TP_L2_ShutdownEnds", TP_L2_ShutdownEnds},
      {"TP_S4_NothingIsAcceptedAfterShutdown", TP_S4_NothingIsAcceptedAfterShutdown},
      {"TP_S5_ShutdownWaitsForAcceptedTasks", TP_S5_ShutdownWaitsForAcceptedTasks},
      {"TP_S5_ShutdownCancelsWhatHasNotBegun", TP_S5_ShutdownCancelsWhatHasNotBegun},
      {"TP_S6_SubmitTaskAndGetAreInOrder", TP_S6_SubmitTaskAndGetAreInOrder},
      {"TP_TaskExceptionsComeThroughTheFuture", TP_TaskExceptionsComeThroughTheFuture},
      {"TP_L1_ATaskAfterOneThatThrewRuns", TP_L1_ATaskAfterOneThatThrewRuns},
      {"TP_L3_AFailingInitialiserFailsEveryTask", TP_L3_AFailingInitialiserFailsEveryTask},
      {"TP_MapKeepsTheOrder", TP_MapKeepsTheOrder},
  };
};

}  // namespace suite
