// What is expected of event schedulers, contexts and generators.
#pragma once

#include <atomic>
#include <chrono>
#include <heddle/context.hpp>
#include <heddle/errors.hpp>
#include <heddle/generator.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Scheduler>
struct event_scheduler_suite {
  static void SC_S1_NoEventBeforeItsTime() {
    Scheduler s;
    const auto start = std::chrono::steady_clock::now();
    const auto later = s.enter_after(long_time, 0, [] {});
    const auto left = s.run_ready();
    expect(left.has_value() && *left <= long_time);
    expect(s.cancel(later));
    s.enter_after(short_time, 0, [&] { expect(std::chrono::steady_clock::now() - start >= short_time); });
    s.run();
    expect(s.empty());
  }

  static void SC_L1_AnEventRunsWhenItIsDue() {
    Scheduler s;
    bool ran = false;
    s.enter_after(short_time, 0, [&] { ran = true; });
    together([&] { s.run(); }, [] {});
    expect(ran);
  }

  static void SC_L3_RunReturnsWhenNothingIsLeft() {
    Scheduler s;
    s.run();
    int runs = 0;
    s.enter_after(std::chrono::seconds(0), 0, [&] { ++runs; });
    together([&] { s.run(); }, [&] { s.run(); });
    expect(runs == 1);
    expect(s.empty());
  }

  static void SC_S2_TimeThenPriorityThenEntry() {
    Scheduler s;
    std::vector<int> order;
    const auto at = std::chrono::steady_clock::now() - std::chrono::seconds(1);
    const auto note = [&](int i) { return [&order, i] { order.push_back(i); }; };
    s.enter_at(at, 2, note(3));
    s.enter_at(at, 1, note(1));
    s.enter_at(at, 1, note(2));
    s.enter_at(at - std::chrono::milliseconds(1), 9, note(0));
    expect(s.pending().size() == 4);
    expect(!s.run_ready().has_value());
    expect(order == std::vector<int>{0, 1, 2, 3});
  }

  static void SC_S4_CancelAndExecutionExcludeEachOther() {
    Scheduler s;
    std::atomic<int> runs{0};
    const auto event = s.enter_after(std::chrono::seconds(0), 0, [&] { ++runs; });
    bool cancelled = false;
    together([&] { s.run(); }, [&] { cancelled = s.cancel(event); });
    expect(runs == (cancelled ? 0 : 1));
    expect(!s.cancel(event));
  }

  static void SC_S5_ActionsMayUseTheScheduler() {
    Scheduler s;
    int runs = 0;
    s.enter_after(std::chrono::seconds(0), 0, [&] {
      ++runs;
      s.enter_after(std::chrono::seconds(-1), 0, [&] { ++runs; });
      s.run();
    });
    s.run();
    expect(runs == 2);
  }

  static void SC_S3_AnExceptionLeavesTheRest() {
    Scheduler s;
    int runs = 0;
    s.enter_after(std::chrono::seconds(0), 0, [] { throw std::runtime_error("action"); });
    s.enter_after(std::chrono::seconds(0), 1, [&] { ++runs; });
    expect(throws<std::runtime_error>([&] { s.run(); }));
    expect(s.size() == 1);
    s.run();
    expect(runs == 1);
  }

  static void SC_L2_ACancelWakesTheSleeper() {
    Scheduler s;
    const auto event = s.enter_after(long_time, 0, [] {});
    together([&] { s.run(); }, [&] { s.cancel(event); });
    expect(s.empty());
  }

  static void SC_L2_AnEarlierEventWakesTheSleeper() {
    Scheduler s;
    const auto last = s.enter_after(long_time, 0, [] {});
    int runs = 0;
    together([&] { s.run(); },
             [&] {
               s.enter_after(std::chrono::seconds(0), 0, [&] {
                 ++runs;
                 s.cancel(last);
               });
             });
    if (!s.empty()) s.run();
    expect(runs == 1);
  }

  static constexpr scenario all[] = {
      {"SC_S1_NoEventBeforeItsTime", SC_S1_NoEventBeforeItsTime},
      {"SC_S2_TimeThenPriorityThenEntry", SC_S2_TimeThenPriorityThenEntry},
      {"SC_S3_AnExceptionLeavesTheRest", SC_S3_AnExceptionLeavesTheRest},
      {"SC_L1_AnEventRunsWhenItIsDue", SC_L1_AnEventRunsWhenItIsDue},
      {"SC_L3_RunReturnsWhenNothingIsLeft", SC_L3_RunReturnsWhenNothingIsLeft},
      {"SC_S4_CancelAndExecutionExcludeEachOther", SC_S4_CancelAndExecutionExcludeEachOther},
      {"SC_S5_ActionsMayUseTheScheduler", SC_S5_ActionsMayUseTheScheduler},
      {"SC_L2_ACancelWakesTheSleeper", SC_L2_ACancelWakesTheSleeper},
      {"SC_L2_AnEarlierEventWakesTheSleeper", SC_L2_AnEarlierEventWakesTheSleeper},
  };
};

template <class Value>
struct context_suite {
  using variable = heddle::context_variable<Value>;

  static void CX_S1_ASetIsSeenInItsContextOnly() {
    variable v("v", 1);
    auto mine = heddle::context::copy_current();
    mine.run([&] {
      v.set(2);
      expect(v.get() == 2);
    });
    expect(v.get() == 1);
    expect(*v.get_in(mine) == 2);
    together([&] { expect(v.get() == 1); }, [] {});
  }

  static void CX_S2_ACopyIsIndependent() {
    variable v("v");
    heddle::context a;
    a.run([&] { v.set(1); });
    auto b = a.copy();
    a.run([&] { v.set(2); });
    b.run([&] { expect(v.get() == 1); });
    b.run([&] { v.set(3); });
    a.run([&] { expect(v.get() == 2); });
    expect(throws<heddle::context_error>([&] { static_cast<void>(v.get()); }));
    expect(v.get_or(9) == 9);
  }

  static void CX_S3_ATokenRestoresOnce() {
    variable v("v");
    variable other("other");
    auto first = v.set(1);
    auto second = v.set(2);
    expect(*second.old_value() == 1);
    expect(throws<heddle::context_error>([&] { other.reset(second); }));
    heddle::context elsewhere;
    elsewhere.run([&] { expect(throws<heddle::context_error>([&] { v.reset(second); })); });
    v.reset(second);
    expect(v.get() == 1);
    expect(throws<heddle::context_error>([&] { v.reset(second); }));
    v.reset(first);
    expect(throws<heddle::context_error>([&] { static_cast<void>(v.get()); }));
  }

  static void CX_S4_EnteredByOneThreadAtATime() {
    heddle::context c;
    int entered = 0;
    const auto enter = [&] {
      try {
        c.run([&] { ++entered; });
      } catch (const heddle::context_error&) {
      }
    };
    together(enter, enter);
    expect(entered >= 1);
    c.run([&] { expect(throws<heddle::context_error>([&] { c.run([] {}); })); });
  }

  static void CX_S5_TheFormerContextIsBackOnEveryWayOut() {
    variable v("v", 0);
    heddle::context c;
    expect(throws<int>([&] {
      c.run([&] {
        v.set(1);
        throw 1;
      });
    }));
    expect(v.get() == 0);
    c.run([&] { expect(v.get() == 1); });
  }

  static constexpr scenario all[] = {
      {"CX_S1_ASetIsSeenInItsContextOnly", CX_S1_ASetIsSeenInItsContextOnly},
      {"CX_S2_ACopyIsIndependent", CX_S2_ACopyIsIndependent},
      {"CX_S3_ATokenRestoresOnce", CX_S3_ATokenRestoresOnce},
      {"CX_S4_EnteredByOneThreadAtATime", CX_S4_EnteredByOneThreadAtATime},
      {"CX_S5_TheFormerContextIsBackOnEveryWayOut", CX_S5_TheFormerContextIsBackOnEveryWayOut},
  };
};

template <class Value>
struct generator_suite {
  using simple = heddle::generator<Value>;
  using echoing = heddle::generator<Value, Value, Value>;

  static simple count_to(Value last) {
    for (Value i = 0; i < last; ++i) co_yield i;
  }
  static echoing accumulate() {
    Value sum = 0;
    for (;;) {
      const Value got = co_yield sum;
      if (got < 0) co_return sum;
      sum += got;
    }
  }
  static simple guarded(std::shared_ptr<int> held) {
    co_yield *held;
    co_yield *held;
  }
  static simple stubborn() {
    for (;;) {
      try {
        co_yield 1;
      } catch (const heddle::generator_exit&) {
      }
    }
  }

  static void GN_S3_EveryValueOnceInOrder() {
    auto g = count_to(3);
    expect(g.current_state() == simple::state::created);
    for (Value i = 0; i < 3; ++i) expect(g.next() == i);
    expect(!g.next().has_value());
    expect(!g.next().has_value());
    expect(g.current_state() == simple::state::done);
  }

  static void GN_S1_SendNeedsASuspendedBody() {
    auto g = accumulate();
    expect(throws<heddle::generator_error>([&] { g.send(1); }));
    expect(g.next() == 0);
    expect(g.send(5) == 5);
    expect(g.send(6) == 11);
    expect(!g.send(-1).has_value());
    expect(*g.result() == 11);
    expect(!g.send(1).has_value());
  }

  static void GN_S2_OneResumerAtATime() {
    auto g = count_to(2);
    std::atomic<int> got{0};
    std::atomic<int> refused{0};
    const auto next = [&] {
      try {
        if (g.next()) ++got;
      } catch (const heddle::generator_error&) {
        ++refused;
      }
    };
    together(next, next);
    expect(got + refused == 2);
    expect(got >= 1);
  }

  static simple writing(int& data) {
    data = 42;
    co_return;
  }
  static void GN_S2_AnEndThatIsSeenHappenedBefore() {
    int data = 0;
    auto g = writing(data);
    together([&] { expect(!g.next()); },
             [&] {
               if (g.current_state() == simple::state::done) expect(data == 42);
             });
  }

  static void GN_S4_TheFrameIsDestroyedOnce() {
    const auto held = std::make_shared<int>(7);
    {
      auto g = guarded(held);
      expect(g.next() == 7);
      auto moved = std::move(g);
      expect(moved.next() == 7);
    }
    expect(held.use_count() == 1);
  }

  static void GN_S5_AnExceptionEndsIt() {
    auto g = accumulate();
    static_cast<void>(g.next());
    expect(
        throws<std::runtime_error>([&] { g.throw_in(std::make_exception_ptr(std::runtime_error("in"))); }));
    expect(g.current_state() == echoing::state::done);
    expect(!g.next().has_value());
  }

  static void GN_L1_CloseEndsOrReports() {
    auto fresh = count_to(1);
    fresh.close();
    expect(!fresh.next().has_value());
    const auto held = std::make_shared<int>(7);
    auto g = guarded(held);
    static_cast<void>(g.next());
    g.close();
    g.close();
    expect(!g.next().has_value());
    auto s = stubborn();
    static_cast<void>(s.next());
    expect(throws<heddle::generator_error>([&] { s.close(); }));
  }

  static constexpr scenario all[] = {
      {"GN_S1_SendNeedsASuspendedBody", GN_S1_SendNeedsASuspendedBody},
      {"GN_S2_OneResumerAtATime", GN_S2_OneResumerAtATime},
      {"GN_S2_AnEndThatIsSeenHappenedBefore", GN_S2_AnEndThatIsSeenHappenedBefore},
      {"GN_S3_EveryValueOnceInOrder", GN_S3_EveryValueOnceInOrder},
      {"GN_S4_TheFrameIsDestroyedOnce", GN_S4_TheFrameIsDestroyedOnce},
      {"GN_S5_AnExceptionEndsIt", GN_S5_AnExceptionEndsIt},
      {"GN_L1_CloseEndsOrReports", GN_L1_CloseEndsOrReports},
  };
};

}  // namespace suite
