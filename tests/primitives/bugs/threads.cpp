// Bugs in the use of threads, timers, futures and executors.
#include <atomic>
#include <chrono>
#include <exception>
#include <heddle/future.hpp>
#include <heddle/mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/thread.hpp>
#include <heddle/thread_pool_executor.hpp>
#include <heddle/timer.hpp>
#include <memory>
#include <mutex>

#include "tests/primitives/bugs/bug.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace bugs {
namespace {

using namespace std::chrono_literals;

// With the lock inside as one step: these programs are about the use of the executor.
using executor_type = heddle::basic_thread_pool_executor<suite::modular>;

// cancel() does not wait for a callback that runs already.
void captures_destroyed_while_the_timer_fires(bool mended) {
  auto value = std::make_unique<int>(1);
  heddle::timer timer(1us, [captured = value.get()] { *captured = 2; });
  timer.start();
  if (mended) {
    timer.cancel_and_wait();
  } else {
    timer.cancel();
  }
  value.reset();
}

void thread_joins_itself(bool mended) {
  heddle::thread::set_uncaught_handler([](const auto&, const auto&) noexcept { std::terminate(); });
  heddle::thread* self = nullptr;
  heddle::thread joiner = heddle::thread::deferred({}, [&] {
    if (!mended) self->join();
  });
  self = &joiner;
  joiner.start();
  joiner.join();
}

void threads_join_each_other(bool mended) {
  heddle::thread* threads[2] = {};
  heddle::thread first = heddle::thread::deferred({.name = "first"}, [&] {
    if (!mended) threads[1]->join();
  });
  heddle::thread second = heddle::thread::deferred({.name = "second"}, [&] { threads[0]->join(); });
  threads[0] = &first;
  threads[1] = &second;
  first.start();
  second.start();
  second.join();
  first.join();
}

void joined_before_the_start(bool mended) {
  heddle::thread thread = heddle::thread::deferred({}, [] {});
  if (mended) thread.start();
  thread.join();
}

void started_twice(bool mended) {
  heddle::thread thread([] {});
  if (!mended) thread.start();
  thread.join();
}

// The thread outlives what it uses.
void daemon_uses_what_is_gone(bool mended) {
  auto* const shared = new int(1);
  heddle::thread thread({.daemon = true}, [shared] { *shared = 2; });
  if (mended) thread.join();
  delete shared;
}

// A worker serves two jobs: the second finds what the first left behind.
void leftover_in_a_thread_local(bool mended) {
  thread_local int user = 0;
  executor_type executor(1);
  const auto job = [mended](int id) {
    assert(user == 0);
    user = id;
    if (mended) user = 0;
  };
  const auto first = executor.submit([&] { job(1); });
  const auto second = executor.submit([&] { job(2); });
  first.get();
  second.get();
}

void future_set_twice(bool mended) {
  heddle::promise<int> promise;
  const heddle::future<int> future = promise.get_future();
  heddle::mutex lock;
  const auto set = [&](int value) {
    const std::lock_guard held(lock);
    if (mended && future.is_done()) return;
    promise.set_value(value);
  };
  together([&] { set(1); }, [&] { set(2); });
}

void future_never_set(bool mended) {
  heddle::promise<int> promise;
  const heddle::future<int> future = promise.get_future();
  together(
      [&] {
        if (mended) promise.set_value(1);
      },
      [&] { static_cast<void>(future.get()); });
}

void future_read_by_its_setter(bool mended) {
  heddle::promise<int> promise;
  const heddle::future<int> future = promise.get_future();
  if (mended) promise.set_value(1);
  static_cast<void>(future.get());
  if (!mended) promise.set_value(1);
}

// The callback takes the lock the completing thread holds.
void callback_under_the_lock(bool mended) {
  std::mutex lock;
  heddle::promise<int> promise;
  int seen = 0;
  promise.get_future().add_done_callback([&](const heddle::future<int>& done) {
    const std::lock_guard held(lock);
    seen = done.get();
  });
  std::unique_lock held(lock);
  if (mended) held.unlock();
  promise.set_value(1);
}

void task_waits_for_a_task_of_its_pool(bool mended) {
  executor_type executor(mended ? 2 : 1);
  const auto outer = executor.submit([&] { executor.submit([] {}).get(); });
  outer.wait();
}

void shutdown_from_a_worker(bool mended) {
  executor_type executor(1);
  const auto task = executor.submit([&] {
    if (mended) {
      executor.shutdown_without_waiting();
    } else {
      executor.shutdown();
    }
  });
  task.get();
}

void submit_races_with_shutdown(bool mended) {
  executor_type executor(1);
  together(
      [&] {
        if (!mended) {
          executor.submit([] {});
          return;
        }
        try {
          executor.submit([] {});
        } catch (const heddle::executor_error&) {
        }
      },
      [&] { executor.shutdown_without_waiting(); });
}

// A future that says cancelled although its body has begun.
class careless_task {
 public:
  explicit careless_task(bool mended) : mended_(mended) {}
  bool cancel() {
    if (!mended_) {
      if (state_.load() != pending) return false;
      state_.store(cancelled);
      return true;
    }
    int expected = pending;
    return state_.compare_exchange_strong(expected, cancelled);
  }
  bool begin() {
    int expected = pending;
    return state_.compare_exchange_strong(expected, running);
  }

 private:
  static constexpr int pending = 0;
  static constexpr int running = 1;
  static constexpr int cancelled = 2;
  const bool mended_;
  std::atomic<int> state_{pending};
};
void cancelled_but_run(bool mended) {
  careless_task task(mended);
  bool ran = false;
  bool cancelled = false;
  together([&] { ran = task.begin(); }, [&] { cancelled = task.cancel(); });
  assert(!(ran && cancelled));
}

// The completion comes between the look and the registration.
void completion_before_the_registration(bool mended) {
  heddle::promise<int> promise;
  const heddle::future<int> future = promise.get_future();
  heddle::binary_semaphore completed(0);
  std::atomic<bool> registered{false};
  together(
      [&] {
        promise.set_value(1);
        if (!mended && registered) completed.release();
      },
      [&] {
        if (future.is_done()) return;
        if (mended) {
          future.add_done_callback([&](const auto&) { completed.release(); });
        } else {
          registered = true;
        }
        completed.acquire();
      });
}

}  // namespace

std::span<const bug> all() {
  static constexpr bug list[] = {
      {"captures_destroyed_while_the_timer_fires", captures_destroyed_while_the_timer_fires},
      {"thread_joins_itself", thread_joins_itself},
      {"threads_join_each_other", threads_join_each_other},
      {"joined_before_the_start", joined_before_the_start},
      {"started_twice", started_twice},
      {"daemon_uses_what_is_gone", daemon_uses_what_is_gone},
      {"leftover_in_a_thread_local", leftover_in_a_thread_local},
      {"future_set_twice", future_set_twice},
      {"future_never_set", future_never_set},
      {"future_read_by_its_setter", future_read_by_its_setter},
      {"callback_under_the_lock", callback_under_the_lock},
      {"task_waits_for_a_task_of_its_pool", task_waits_for_a_task_of_its_pool},
      {"shutdown_from_a_worker", shutdown_from_a_worker},
      {"submit_races_with_shutdown", submit_races_with_shutdown},
      {"cancelled_but_run", cancelled_but_run},
      {"completion_before_the_registration", completion_before_the_registration},
  };
  return list;
}

}  // namespace bugs
