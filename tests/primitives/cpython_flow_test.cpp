// What CPython's own tests expect of its schedulers, contexts, executors, futures and generators:
// cpython_checklist.csv names the tests. On real threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <heddle/context.hpp>
#include <heddle/event.hpp>
#include <heddle/event_scheduler.hpp>
#include <heddle/future.hpp>
#include <heddle/generator.hpp>
#include <heddle/thread.hpp>
#include <heddle/thread_pool_executor.hpp>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

TEST(CPython, scheduler_absolute_times) {
  heddle::event_scheduler scheduler;
  std::vector<int> order;
  const auto now = steady_clock::now();
  for (const int ms : {3, 1, 2})
    scheduler.enter_at(now + std::chrono::milliseconds(ms), 0, [&order, ms] { order.push_back(ms); });
  scheduler.run();
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3));
}

TEST(CPython, scheduler_cancelled_events_never_run) {
  heddle::event_scheduler scheduler;
  std::vector<int> order;
  std::vector<heddle::event_scheduler::event_id> events;
  const auto time = steady_clock::now();  // all equal: the right one is cancelled
  for (const int i : {1, 2, 3})
    events.push_back(scheduler.enter_at(time, 1, [&order, i] { order.push_back(i); }));
  EXPECT_TRUE(scheduler.cancel(events[1]));
  EXPECT_FALSE(scheduler.cancel(events[1]));
  scheduler.run();
  EXPECT_THAT(order, testing::ElementsAre(1, 3));
  EXPECT_FALSE(scheduler.cancel(events[0]));
}

TEST(CPython, scheduler_pending_and_empty) {
  heddle::event_scheduler scheduler;
  EXPECT_TRUE(scheduler.empty());
  const auto now = std::chrono::steady_clock::now();
  const auto late = scheduler.enter_at(now + 2ms, 0, [] {});
  const auto early = scheduler.enter_at(now + 1ms, 0, [] {});
  EXPECT_THAT(scheduler.pending(), testing::ElementsAre(early, late));
  EXPECT_FALSE(scheduler.empty());
  scheduler.run();
  EXPECT_TRUE(scheduler.empty());
}

TEST(CPython, scheduler_run_ready_does_not_wait) {
  heddle::event_scheduler scheduler;
  int runs = 0;
  scheduler.enter_after(0s, 0, [&] { ++runs; });
  scheduler.enter_after(100s, 0, [&] { ++runs; });
  const auto next = scheduler.run_ready();
  EXPECT_EQ(runs, 1);
  ASSERT_TRUE(next);
  EXPECT_GT(*next, 10s);
  EXPECT_LE(*next, 100s);
}

TEST(CPython, context_run_forwards_result_and_exception) {
  heddle::context context;
  EXPECT_EQ(context.run([] { return 7; }), 7);
  EXPECT_THROW(context.run([] { throw std::runtime_error("out"); }), std::runtime_error);
  EXPECT_EQ(context.run([] { return 8; }), 8);
}

TEST(CPython, context_runs_nest) {
  heddle::context_variable<int> variable("v", 0);
  heddle::context outer;
  heddle::context inner;
  outer.run([&] {
    variable.set(1);
    inner.run([&] {
      EXPECT_EQ(variable.get(), 0);
      variable.set(2);
    });
    EXPECT_EQ(variable.get(), 1);
  });
  EXPECT_EQ(variable.get(), 0);
  EXPECT_EQ(*variable.get_in(inner), 2);
}

TEST(CPython, context_tokens_of_others_are_refused) {
  heddle::context_variable<int> first("first", 0);
  heddle::context_variable<int> second("second", 0);
  auto token = first.set(1);
  EXPECT_THROW(second.reset(token), heddle::context_error);
  EXPECT_THROW(heddle::context().run([&] { first.reset(token); }), heddle::context_error);
  first.reset(token);
  EXPECT_EQ(first.get(), 0);
}

TEST(CPython, context_default_is_not_stored) {
  heddle::context_variable<int> variable("v", 7);
  heddle::context context;
  context.run([&] { EXPECT_EQ(variable.get(), 7); });
  EXPECT_EQ(context.size(), 0U);
  EXPECT_EQ(variable.get_in(context), nullptr);
}

TEST(CPython, context_of_ten_threads) {
  heddle::context_variable<int> variable("v", 0);
  std::vector<heddle::thread> threads;
  for (int i = 1; i <= 10; ++i) {
    threads.emplace_back([&variable, i] {
      EXPECT_EQ(variable.get(), 0);
      variable.set(i);
      heddle::this_thread::yield();
      EXPECT_EQ(variable.get(), i);
    });
  }
}

TEST(CPython, executor_map_keeps_exceptions_in_place) {
  heddle::thread_pool_executor executor(2);
  const auto results = executor.map(std::vector{1, 0, 2}, [](int n) {
    if (n == 0) throw std::domain_error("zero");
    return 6 / n;
  });
  EXPECT_EQ(results[0].get(), 6);
  EXPECT_THROW(results[1].get(), std::domain_error);
  EXPECT_EQ(results[2].get(), 3);
}

TEST(CPython, executor_many_submits_then_shutdown) {
  std::atomic<int> runs{0};
  {
    heddle::thread_pool_executor executor(3);
    for (int i = 0; i < 500; ++i) executor.submit([&] { ++runs; });
  }
  EXPECT_EQ(runs, 500);
}

TEST(CPython, executor_releases_tasks) {
  heddle::thread_pool_executor executor(1);
  auto captured = std::make_shared<int>(1);
  executor.submit([captured] {}).get();
  executor.submit([] {}).get();  // the worker has gone on
  EXPECT_EQ(captured.use_count(), 1);
}

TEST(CPython, executor_needs_a_worker) { EXPECT_THROW(heddle::thread_pool_executor(0), heddle::lock_error); }

TEST(CPython, executor_initialiser_runs_once_in_each_worker) {
  std::atomic<int> initialised{0};
  heddle::thread_pool_executor executor({.workers = 2, .initialiser = [&] { ++initialised; }});
  for (int i = 0; i < 10; ++i) executor.submit([] {}).get();
  EXPECT_GE(initialised, 1);
  EXPECT_LE(initialised, 2);
}

TEST(CPython, executor_shutdown_without_waiting) {
  std::atomic<int> runs{0};
  heddle::event go;
  {
    heddle::thread_pool_executor executor(1);
    executor.submit([&] { go.wait(); });
    executor.submit([&] { ++runs; });
    executor.shutdown_without_waiting();
    EXPECT_THROW(executor.submit([] {}), heddle::executor_error);
    go.set();
  }
  EXPECT_EQ(runs, 1);
}

TEST(CPython, executor_submit_cancel_shutdown) {
  heddle::thread_pool_executor executor(1);
  auto future = executor.submit([] {});
  future.cancel();
  executor.shutdown();
  EXPECT_TRUE(future.is_done());
}

TEST(CPython, executor_workers_end_at_shutdown) {
  const std::size_t before = heddle::thread::active_count();
  heddle::thread_pool_executor executor(3);
  for (int i = 0; i < 3; ++i) executor.submit([] {});
  executor.shutdown();
  EXPECT_EQ(heddle::thread::active_count(), before);
}

TEST(CPython, executor_workers_have_names) {
  const auto name = [] { return heddle::thread::current()->name; };
  heddle::thread_pool_executor named({.workers = 1, .name = "special"});
  EXPECT_EQ(named.submit(name).get(), "special-0");
  heddle::thread_pool_executor unnamed(1);
  EXPECT_EQ(unnamed.submit(name).get(), "ThreadPoolExecutor-0");
}

TEST(CPython, executor_map_runs_what_nobody_reads) {
  std::atomic<int> runs{0};
  {
    heddle::thread_pool_executor executor(2);
    executor.map(std::vector{1, 2, 3}, [&](int) {
      ++runs;
      return 0;
    });
  }
  EXPECT_EQ(runs, 3);
}

TEST(CPython, executor_reuses_an_idle_worker) {
  std::atomic<int> workers{0};
  heddle::thread_pool_executor executor({.workers = 8, .initialiser = [&] { ++workers; }});
  for (int i = 0; i < 5; ++i) {
    executor.submit([] {}).get();
    heddle::this_thread::sleep_for(2ms);  // until the worker is idle
  }
  EXPECT_LT(workers, 5);
}

TEST(CPython, future_callbacks_in_every_state) {
  int calls = 0;
  const auto count = [&](const heddle::future<int>&) { ++calls; };
  const std::exception_ptr error = std::make_exception_ptr(std::runtime_error("no"));
  heddle::promise<int> failed;
  failed.get_future().add_done_callback(count);
  failed.set_exception(error);
  EXPECT_EQ(calls, 1);
  failed.get_future().add_done_callback(count);
  EXPECT_EQ(calls, 2);
  heddle::promise<int> cancelled;
  cancelled.get_future().add_done_callback(count);
  cancelled.get_future().cancel();
  EXPECT_EQ(calls, 3);
  cancelled.get_future().add_done_callback(count);
  EXPECT_EQ(calls, 4);
  heddle::promise<int> good;
  good.set_value(1);
  good.get_future().add_done_callback(count);
  EXPECT_EQ(calls, 5);
}

TEST(CPython, future_callback_that_throws) {
  testing::internal::CaptureStderr();
  bool second = false;
  heddle::promise<void> promise;
  const auto throws = [](const auto&) { throw std::runtime_error("from a callback"); };
  promise.get_future().add_done_callback(throws);
  promise.get_future().add_done_callback([&](const auto&) { second = true; });
  promise.set_value();
  promise.get_future().add_done_callback(throws);
  EXPECT_TRUE(second);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("from a callback"));
}

TEST(CPython, future_results_with_a_timeout) {
  heddle::promise<int> promise;
  const heddle::future<int> future = promise.get_future();
  EXPECT_THROW(future.get_for(0s), heddle::timeout_error);
  EXPECT_TRUE(promise.set_running_or_notify_cancel());
  EXPECT_THROW(future.get_for(1ms), heddle::timeout_error);
  promise.set_value(1);
  EXPECT_EQ(future.get_for(0s), 1);
  EXPECT_EQ(future.exception(), nullptr);
  heddle::promise<int> cancelled;
  cancelled.get_future().cancel();
  EXPECT_THROW(cancelled.get_future().get_for(0s), heddle::future_error);
}

using adder = heddle::generator<int, int, int>;
adder add_three() {
  int sum = 0;
  for (int i = 0; i < 3; ++i) sum += co_yield sum;
  co_return sum;
}
TEST(CPython, generator_returns_a_value) {
  adder numbers = add_three();
  EXPECT_EQ(numbers.next(), 0);
  EXPECT_EQ(numbers.send(1), 1);
  EXPECT_EQ(numbers.result(), std::nullopt);
  EXPECT_EQ(numbers.send(10), 11);
  EXPECT_EQ(numbers.send(100), std::nullopt);
  EXPECT_EQ(numbers.result(), 111);
}

adder catching() {
  int caught = 0;
  for (;;) {
    try {
      co_yield caught;
    } catch (const int thrown) {
      caught = thrown;
    }
  }
}
TEST(CPython, generator_sees_what_is_thrown_in) {
  adder generator = catching();
  EXPECT_EQ(generator.next(), 0);
  EXPECT_EQ(generator.throw_in(std::make_exception_ptr(5)), 5);
}

adder twice(std::vector<int>& results) {
  results.push_back(co_yield add_three());
  results.push_back(co_yield catching());
  co_return 0;
}
TEST(CPython, generator_delegates) {
  std::vector<int> results;
  adder outer = twice(results);
  EXPECT_EQ(outer.next(), 0);
  EXPECT_EQ(outer.send(1), 1);
  EXPECT_EQ(outer.send(2), 3);
  EXPECT_EQ(outer.send(3), 0);  // the second one has begun
  EXPECT_THAT(results, testing::ElementsAre(6));
  EXPECT_EQ(outer.throw_in(std::make_exception_ptr(7)), 7);
  EXPECT_THROW(outer.throw_in(std::make_exception_ptr(std::runtime_error("out"))), std::runtime_error);
  EXPECT_EQ(outer.current_state(), adder::state::done);
  adder closed = twice(results);
  EXPECT_EQ(closed.next(), 0);
  closed.close();
  EXPECT_EQ(closed.next(), std::nullopt);
}

adder finishing(bool throws) {
  try {
    co_yield 1;
  } catch (const heddle::generator_exit&) {
    if (throws) throw std::runtime_error("at the end");
    co_return 9;
  }
  co_return 0;
}
TEST(CPython, generator_close_in_every_state) {
  adder fresh = finishing(false);
  fresh.close();
  EXPECT_EQ(fresh.next(), std::nullopt);
  EXPECT_EQ(fresh.result(), std::nullopt);
  adder suspended = finishing(false);
  suspended.next();
  suspended.close();
  EXPECT_EQ(suspended.result(), 9);
  suspended.close();
  adder throwing = finishing(true);
  throwing.next();
  EXPECT_THROW(throwing.close(), std::runtime_error);
}

}  // namespace
