// What is expected of waiting for several futures.
#pragma once

#include <chrono>
#include <heddle/errors.hpp>
#include <heddle/future.hpp>
#include <heddle/wait.hpp>
#include <stdexcept>
#include <vector>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

// Promise<T> is a promise<T>.
template <template <class> class Promise>
struct wait_suite {
  using future = decltype(std::declval<Promise<int>&>().get_future());

  struct pair {
    Promise<int> first;
    Promise<int> second;
    std::vector<future> futures() const { return {first.get_future(), second.get_future()}; }
  };

  static void WA_S1_ThePartitionIsExact() {
    pair p;
    p.first.set_value(1);
    auto futures = p.futures();
    futures.push_back(futures[0]);
    const auto now = heddle::wait_for(futures, std::chrono::seconds(0));
    expect(now.done == std::vector{futures[0]});
    expect(now.not_done == std::vector{futures[1]});
    p.second.set_value(2);
    const auto all = heddle::wait(futures);
    expect(all.done.size() == 2);
    expect(all.not_done.empty());
    expect(heddle::wait(std::vector<future>()).done.empty());
  }

  static void WA_S2_FirstCompletedMeansOneAtLeast() {
    pair p;
    together([&] { p.first.set_value(1); },
             [&] {
               const auto out = heddle::wait(p.futures(), heddle::return_when::first_completed);
               expect(out.done.size() == 1);
               expect(out.done[0].get() == 1);
             });
  }

  static void WA_S2_FirstExceptionIgnoresTheCancelled() {
    pair p;
    p.first.get_future().cancel();
    const auto soon = heddle::wait_for(p.futures(), short_time, heddle::return_when::first_exception);
    expect(soon.not_done.size() == 1);
    together(
        [&] { p.second.set_exception(std::make_exception_ptr(std::runtime_error("no"))); },
        [&] { expect(heddle::wait(p.futures(), heddle::return_when::first_exception).done.size() == 2); });
  }

  static void WA_S3_EveryFutureIsYieldedOnceInTheOrderOfCompletion() {
    pair p;
    p.second.set_value(2);
    auto futures = p.futures();
    futures.push_back(futures[1]);
    std::vector<int> order;
    together([&] { p.first.set_value(1); },
             [&] {
               for (const auto& done : heddle::as_completed(futures)) order.push_back(done.get());
             });
    expect(order.size() == 2);
    expect(order[0] + order[1] == 3);
  }

  static void WA_S3_ATimeoutIsThrown() {
    pair p;
    p.first.set_value(1);
    auto done = heddle::as_completed(p.futures(), short_time);
    expect(done.next().has_value());
    expect(throws<heddle::timeout_error>([&] { static_cast<void>(done.next()); }));
  }

  // Futures are completed after the thread that waited has gone.
  static void WA_S4_NoCallbackReachesAThreadThatHasLeft() {
    Promise<int> promise;
    const std::vector futures{promise.get_future()};
    together([&] { static_cast<void>(heddle::wait_for(futures, short_time)); },
             [&] { promise.set_value(1); });
    expect(heddle::wait(futures).done.size() == 1);
  }

  static void WA_L1_CompletionsWakeTheThreadThatWaits() {
    pair p;
    together([&] { p.first.set_value(1); }, [&] { p.second.set_value(2); },
             [&] { expect(heddle::wait(p.futures()).not_done.empty()); });
  }

  static constexpr scenario all[] = {
      {"WA_S1_ThePartitionIsExact", WA_S1_ThePartitionIsExact},
      {"WA_S2_FirstCompletedMeansOneAtLeast", WA_S2_FirstCompletedMeansOneAtLeast},
      {"WA_S2_FirstExceptionIgnoresTheCancelled", WA_S2_FirstExceptionIgnoresTheCancelled},
      {"WA_S3_EveryFutureIsYieldedOnceInTheOrderOfCompletion",
       WA_S3_EveryFutureIsYieldedOnceInTheOrderOfCompletion},
      {"WA_S3_ATimeoutIsThrown", WA_S3_ATimeoutIsThrown},
      {"WA_S4_NoCallbackReachesAThreadThatHasLeft", WA_S4_NoCallbackReachesAThreadThatHasLeft},
      {"WA_L1_CompletionsWakeTheThreadThatWaits", WA_L1_CompletionsWakeTheThreadThatWaits},
  };
};

}  // namespace suite
