// Runs tasks on a few threads: Python's ThreadPoolExecutor.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "primitives/core/errors.hpp"
#include "primitives/core/lock.hpp"
#include "primitives/core/wait_list.hpp"
#include "primitives/future/future.hpp"
#include "primitives/sys/sys.hpp"
#include "primitives/thread/thread.hpp"

namespace heddle {

// Refused: the executor was shut down, or is broken.
class executor_error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Tasks start in the order they were submitted, at most `workers` at a time. Threads start when they are
// needed; an idle one is used again. What happened before submit() happens before the task, whose effects
// happen before the return of its future's get().
//
// A task that waits for another task of the same executor can wait for ever.
template <class Sys = sys::threads>
class basic_thread_pool_executor {
 public:
  struct attributes {
    std::size_t workers = 0;  // 0: processors + 4, at most 32
    std::string name = "ThreadPoolExecutor";
    std::function<void()> initialiser =
        {};  // run by every worker first; if it throws, the executor is broken
  };

  explicit basic_thread_pool_executor(std::size_t workers)
      : basic_thread_pool_executor(attributes{.workers = checked(workers)}) {}
  explicit basic_thread_pool_executor(attributes how = {}) : how_(std::move(how)) {
    if (how_.workers == 0) how_.workers = std::min<std::size_t>(32, Sys::processor_count() + 4);
  }
  basic_thread_pool_executor(const basic_thread_pool_executor&) = delete;
  basic_thread_pool_executor& operator=(const basic_thread_pool_executor&) = delete;
  // As shutdown().
  ~basic_thread_pool_executor() { shutdown(); }

  // Never blocks. Throws executor_error after shutdown(), or when the executor is broken, and what starting
  // the first thread throws.
  template <class Body>
  auto submit(Body body) -> basic_future<std::invoke_result_t<Body&>, Sys> {
    auto made = std::make_unique<task_of<Body>>(std::move(body));
    auto future = made->promise.get_future();
    inside_.acquire();
    if (closed_ || broken_) {
      const bool broken = broken_;
      inside_.release();
      throw executor_error(broken ? "executor: broken by its initialiser"
                                  : "executor: submit after shutdown");
    }
    const std::size_t queued = tasks_.size();
    try {
      tasks_.push_back(std::move(made));
      if (idle_ >= tasks_.size() || threads_.size() == how_.workers) {
        typename waiters::chosen worker = waiting_.take_one();
        inside_.release();
        worker.answer();
      } else {
        threads_.push_back(basic_thread<Sys>({.name = how_.name + "-" + std::to_string(threads_.size())},
                                             [this] { work(); }));
        inside_.release();
      }
    } catch (...) {
      // The task stays if there is a thread to run it. Without any nobody would.
      const bool accepted = tasks_.size() > queued && !threads_.empty();
      if (tasks_.size() > queued && !accepted) tasks_.pop_back();
      inside_.release();
      if (!accepted) throw;
    }
    return future;
  }

  // The results of body(item), in the order of the items. All are submitted at once.
  template <class Range, class Body>
  auto map(const Range& items, Body body) {
    using result = std::invoke_result_t<Body&, decltype(*std::begin(items))>;
    std::vector<basic_future<result, Sys>> out;
    for (const auto& item : items) out.push_back(submit([body, item]() mutable { return body(item); }));
    return out;
  }

  enum class pending : std::uint8_t { run, cancel };

  // Accepts nothing more. Blocks until all accepted tasks are done and the workers have ended. With
  // pending::cancel tasks that have not begun are cancelled. Idempotent. From a worker it throws
  // resource_deadlock_would_occur, having closed the executor.
  void shutdown(pending what = pending::run) {
    close(what);
    join_workers();
  }
  // The same without waiting: the destructor waits.
  void shutdown_without_waiting(pending what = pending::run) { close(what); }

 private:
  using waiters = core::wait_list<Sys>;

  struct task {
    virtual ~task() = default;
    virtual void run() noexcept = 0;
    virtual void cancel() noexcept = 0;
    virtual void fail() noexcept = 0;
  };

  template <class Body>
  struct task_of final : task {
    using result = std::invoke_result_t<Body&>;
    explicit task_of(Body b) : body(std::move(b)) {}

    void run() noexcept override {
      if (!promise.set_running_or_notify_cancel()) return;
      try {
        if constexpr (std::is_void_v<result>) {
          body();
          promise.set_value();
        } else {
          promise.set_value(body());
        }
      } catch (...) {
        promise.abandon(std::current_exception());
      }
    }
    void cancel() noexcept override { promise.get_future().cancel(); }
    void fail() noexcept override {
      promise.abandon(std::make_exception_ptr(future_error(future_errc::broken_executor)));
    }

    basic_promise<result, Sys> promise;
    Body body;
  };

  static std::size_t checked(std::size_t workers) {
    if (workers == 0) throw_lock_error(std::errc::invalid_argument, "executor: needs a worker");
    return workers;
  }

  void work() {
    if (how_.initialiser) {
      try {
        how_.initialiser();
      } catch (...) {
        fail_all();
        return;
      }
    }
    inside_.acquire();
    for (;;) {
      if (!tasks_.empty()) {
        std::unique_ptr<task> next = std::move(tasks_.front());
        tasks_.pop_front();
        inside_.release();
        next->run();
        next.reset();
        inside_.acquire();
        continue;
      }
      if (closed_ || broken_) break;
      ++idle_;
      static_cast<void>(core::wait_in(waiting_, inside_, sys::no_deadline));
      --idle_;
    }
    inside_.release();
  }

  void fail_all() {
    inside_.acquire();
    broken_ = true;
    const std::deque<std::unique_ptr<task>> failed = std::exchange(tasks_, {});
    typename waiters::chosen idle = waiting_.take_all();
    inside_.release();
    idle.answer();
    for (const std::unique_ptr<task>& one : failed) one->fail();
  }

  void close(pending what) {
    inside_.acquire();
    closed_ = true;
    std::deque<std::unique_ptr<task>> cancelled;
    if (what == pending::cancel) cancelled.swap(tasks_);
    typename waiters::chosen idle = waiting_.take_all();
    inside_.release();
    idle.answer();
    for (const std::unique_ptr<task>& one : cancelled) one->cancel();
  }

  // Once closed, the list of threads changes no more.
  void join_workers() {
    for (basic_thread<Sys>& worker : threads_) worker.join();
  }

  attributes how_;
  core::lock<Sys> inside_;
  bool closed_ = false;
  bool broken_ = false;
  std::size_t idle_ = 0;
  std::deque<std::unique_ptr<task>> tasks_;
  waiters waiting_;
  std::vector<basic_thread<Sys>> threads_;
};

using thread_pool_executor = basic_thread_pool_executor<>;

}  // namespace heddle
