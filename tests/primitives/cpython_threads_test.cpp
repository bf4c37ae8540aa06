// What CPython's own tests expect of its locks, threads and queues, and the suites do not ask for:
// cpython_checklist.csv names the tests. On real threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <heddle/blocking_queue.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/guards.hpp>
#include <heddle/latch.hpp>
#include <heddle/mutex.hpp>
#include <heddle/raw_thread.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/thread.hpp>
#include <heddle/unowned_mutex.hpp>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// Runs a function in a thread of ours, to its end.
template <class Body>
void in_a_thread(Body body) {
  heddle::thread(std::move(body)).join();
}

TEST(CPython, unowned_mutex_is_released_by_another_thread) {
  heddle::unowned_mutex lock;
  lock.lock();
  in_a_thread([&] { lock.unlock(); });
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

TEST(CPython, lock_is_free_in_the_child_of_a_fork) {
  heddle::mutex lock;
  lock.lock();
  const pid_t child = fork();
  if (child == 0) {
    heddle::sys::threads::after_fork_child();
    lock.after_fork_child();
    const bool taken = lock.try_lock();
    if (taken) lock.unlock();
    _exit(taken ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  lock.unlock();
}

TEST(CPython, full_release_needs_the_lock) {
  heddle::recursive_mutex lock;
  EXPECT_THROW(static_cast<void>(lock.unlock_fully()), heddle::lock_error);
}

TEST(CPython, event_set_and_reset_are_idempotent) {
  heddle::event event;
  EXPECT_FALSE(event.is_set());
  event.set();
  event.set();
  EXPECT_TRUE(event.is_set());
  event.reset();
  event.reset();
  EXPECT_FALSE(event.is_set());
}

TEST(CPython, event_timeouts) {
  heddle::event event;
  EXPECT_FALSE(event.wait_for(0s));
  const auto begin = steady_clock::now();
  EXPECT_FALSE(event.wait_for(10ms));
  EXPECT_GE(steady_clock::now() - begin, 10ms);
  event.set();
  EXPECT_TRUE(event.wait_for(0s));
  EXPECT_TRUE(event.wait_for(100s));
}

TEST(CPython, condition_waits_for_a_predicate) {
  heddle::mutex lock;
  heddle::condition_variable changed;
  int state = 0;
  heddle::thread waiter([&] {
    std::unique_lock held(lock);
    changed.wait(held, [&] { return state == 4; });
    ++state;
  });
  for (int i = 0; i < 4; ++i) {
    const std::lock_guard held(lock);
    ++state;
    changed.notify_one();
  }
  waiter.join();
  EXPECT_EQ(state, 5);
}

TEST(CPython, condition_predicate_has_one_deadline) {
  heddle::mutex lock;
  heddle::condition_variable changed;
  std::atomic<bool> over{false};
  heddle::thread notifier([&] {
    while (!over) {
      changed.notify_all();
      heddle::this_thread::sleep_for(1ms);
    }
  });
  std::unique_lock held(lock);
  const auto begin = steady_clock::now();
  EXPECT_FALSE(changed.wait_for(held, 20ms, [] { return false; }));
  EXPECT_GE(steady_clock::now() - begin, 20ms);
  over = true;
}

TEST(CPython, semaphore_may_be_destroyed_with_a_permit_taken) {
  heddle::counting_semaphore<> semaphore(1);
  semaphore.acquire();
}

TEST(CPython, semaphore_begins_with_one_permit) {
  heddle::counting_semaphore<> semaphore;
  EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_FALSE(semaphore.try_acquire());
}

TEST(CPython, semaphore_may_be_released_first) {
  heddle::counting_semaphore<> semaphore(1);
  semaphore.release();
  EXPECT_EQ(semaphore.value(), 2);
}

TEST(CPython, bounded_semaphore_limits) {
  for (int bound = 1; bound < 10; ++bound) {
    heddle::bounded_semaphore semaphore(bound);
    EXPECT_THROW(semaphore.release(), heddle::over_release);
    for (int i = 0; i < bound; ++i) semaphore.acquire();
    EXPECT_FALSE(semaphore.try_acquire());
    semaphore.release(bound);
    EXPECT_THROW(semaphore.release(), heddle::over_release);
  }
}

TEST(CPython, barrier_needs_a_party) { EXPECT_THROW(heddle::cyclic_barrier(0), heddle::lock_error); }

TEST(CPython, thread_names) {
  heddle::thread named({.name = "hammer"}, [] {});
  EXPECT_EQ(named.name(), "hammer");
  heddle::thread unnamed([] {});
  EXPECT_THAT(unnamed.name(), testing::StartsWith("Thread-"));
}

// Several threads, with stacks of `stack_bytes`.
void ten_tasks(std::size_t stack_bytes) {
  heddle::bounded_semaphore three(3);
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::vector<heddle::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back(heddle::thread::attributes{.stack_bytes = stack_bytes}, [&] {
      const heddle::semaphore_guard held(three);
      const int now = ++running;
      int seen = most;
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      heddle::this_thread::yield();
      --running;
    });
  }
  for (heddle::thread& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_EQ(running, 0);
}
TEST(CPython, ten_tasks_under_a_semaphore_of_three) { ten_tasks(0); }
TEST(CPython, threads_with_small_and_large_stacks) {
  ten_tasks(256 << 10);
  ten_tasks(1 << 20);
}

TEST(CPython, foreign_threads_have_ids) {
  heddle::sys::threads::thread_id id = 0;
  pthread_t thread{};
  const auto body = [](void* out) -> void* {
    *static_cast<heddle::sys::threads::thread_id*>(out) = heddle::this_thread::native_id();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, nullptr, body, &id), 0);
  pthread_join(thread, nullptr);
  EXPECT_NE(id, 0U);
  EXPECT_NE(id, heddle::this_thread::native_id());
}

TEST(CPython, thread_that_cannot_start_leaves_no_trace) {
  const std::size_t before = heddle::thread::active_count();
  heddle::thread thread =
      heddle::thread::deferred({.stack_bytes = std::size_t{1} << 60}, [] { FAIL() << "it must not run"; });
  EXPECT_THROW(thread.start(), std::system_error);
  EXPECT_FALSE(thread.is_alive());
  EXPECT_EQ(heddle::thread::active_count(), before);
}

TEST(CPython, thread_releases_its_body_when_it_ends) {
  auto captured = std::make_shared<int>(1);
  heddle::thread thread([captured] {});
  thread.join();
  EXPECT_EQ(captured.use_count(), 1);
}

TEST(CPython, daemon_is_an_attribute) {
  heddle::event go;
  heddle::event gone;
  {
    heddle::thread thread({.daemon = true}, [&] {
      go.wait();
      gone.set();
    });
    EXPECT_TRUE(thread.daemon());
  }
  go.set();  // its handle is gone, and it still runs
  gone.wait();
  heddle::thread ordinary([] {});
  EXPECT_FALSE(ordinary.daemon());
}

TEST(CPython, the_main_thread_is_none_of_ours) {
  EXPECT_EQ(heddle::thread::current(), nullptr);
  in_a_thread([] { EXPECT_NE(heddle::thread::current(), nullptr); });
}

TEST(CPython, uncaught_exceptions_are_printed) {
  testing::internal::CaptureStderr();
  heddle::thread({.name = "thrower"}, [] { throw std::runtime_error("by hand"); }).join();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("thrower: by hand"));
}

TEST(CPython, many_raw_threads) {
  std::atomic<int> ended{0};
  heddle::latch all(10);
  for (int i = 0; i < 10; ++i) {
    heddle::raw::start([&] {
      ++ended;
      all.count_down();
    });
  }
  all.wait();
  EXPECT_EQ(ended, 10);
}

TEST(CPython, raw_threads_report_what_they_throw) {
  testing::internal::CaptureStderr();
  heddle::raw::start([] { throw std::runtime_error("raw"); }).join();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("raw"));
}

TEST(CPython, raw_timed_join_is_repeated) {
  heddle::event go;
  heddle::raw::thread_handle thread = heddle::raw::start([&] { go.wait(); });
  EXPECT_FALSE(thread.try_join_for(1ms));
  EXPECT_FALSE(thread.is_done());
  go.set();
  thread.join();
  EXPECT_TRUE(thread.is_done());
}

void ignore_signal(int) {}
// Signals arrive all the time in the thread that runs `body`.
template <class Body>
void under_signals(Body body) {
  struct sigaction action {};
  action.sa_handler = ignore_signal;
  struct sigaction before {};
  sigaction(SIGUSR1, &action, &before);
  std::atomic<bool> over{false};
  heddle::thread sender([&over, target = pthread_self()] {
    while (!over) {
      pthread_kill(target, SIGUSR1);
      heddle::this_thread::sleep_for(1ms);
    }
  });
  body();
  over = true;
  sender.join();
  sigaction(SIGUSR1, &before, nullptr);
}

TEST(CPython, signals_do_not_end_a_lock) {
  heddle::unowned_mutex lock;
  lock.lock();
  std::atomic<bool> freed{false};
  heddle::thread owner([&] {
    heddle::this_thread::sleep_for(20ms);
    freed = true;
    lock.unlock();
  });
  under_signals([&] { lock.lock(); });
  EXPECT_TRUE(freed);
  lock.unlock();
}

TEST(CPython, signals_do_not_extend_a_deadline) {
  heddle::unowned_mutex lock;
  lock.lock();
  under_signals([&] {
    const auto begin = steady_clock::now();
    EXPECT_FALSE(lock.try_lock_for(20ms));
    EXPECT_GE(steady_clock::now() - begin, 20ms);
    EXPECT_LT(steady_clock::now() - begin, 20s);
  });
  lock.unlock();
}

template <class Queue>
std::vector<int> order_of(Queue& queue) {
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.try_pop());
  EXPECT_EQ(queue.pop_for(1ms).error(), heddle::queue_errc::timeout);
  for (const int value : {111, 333, 222}) EXPECT_TRUE(queue.push(value));
  EXPECT_TRUE(queue.full());
  EXPECT_EQ(queue.try_push(444).error(), heddle::queue_errc::full);
  EXPECT_EQ(queue.push_for(444, 1ms).error(), heddle::queue_errc::timeout);
  EXPECT_EQ(queue.size(), 3U);
  std::vector<int> out;
  while (const auto got = queue.try_pop()) out.push_back(*got);
  return out;
}
TEST(CPython, queue_orders_and_flags) {
  heddle::blocking_queue<int> fifo(3);
  EXPECT_THAT(order_of(fifo), testing::ElementsAre(111, 333, 222));
  heddle::blocking_stack<int> lifo(3);
  EXPECT_THAT(order_of(lifo), testing::ElementsAre(222, 333, 111));
  heddle::blocking_priority_queue<int> smallest(3);
  EXPECT_THAT(order_of(smallest), testing::ElementsAre(111, 222, 333));
}

// Where Python refuses negative timeouts they are tries here, as everywhere in this library.
TEST(CPython, queue_negative_timeouts_are_tries) {
  heddle::blocking_queue<int> queue(1);
  EXPECT_EQ(queue.pop_for(-1s).error(), heddle::queue_errc::empty);
  EXPECT_TRUE(queue.push_for(1, -1s));
  EXPECT_EQ(queue.push_for(2, -1s).error(), heddle::queue_errc::full);
  heddle::concurrent_queue<int> unbounded;
  EXPECT_EQ(unbounded.pop_for(-1s), std::nullopt);
}

TEST(CPython, queue_closes_gracefully_then_at_once) {
  heddle::blocking_queue<int> queue;
  EXPECT_TRUE(queue.push(1));
  queue.close();
  queue.close();
  EXPECT_EQ(queue.size(), 1U);
  queue.close(heddle::closing::immediate);
  EXPECT_EQ(queue.size(), 0U);
  queue.close();
  EXPECT_TRUE(queue.closed());
}

TEST(CPython, queue_every_operation_after_a_close) {
  for (const heddle::closing how : {heddle::closing::graceful, heddle::closing::immediate}) {
    heddle::blocking_queue<int> queue(2);
    EXPECT_TRUE(queue.push(1));
    queue.close(how);
    EXPECT_EQ(queue.push(2).error(), heddle::queue_errc::closed);
    EXPECT_EQ(queue.try_push(2).error(), heddle::queue_errc::closed);
    EXPECT_EQ(queue.push_for(2, 100s).error(), heddle::queue_errc::closed);
    if (how == heddle::closing::graceful) {
      EXPECT_EQ(*queue.pop(), 1);
      queue.task_done();
    }
    EXPECT_EQ(queue.pop().error(), heddle::queue_errc::closed);
    EXPECT_EQ(queue.try_pop().error(), heddle::queue_errc::closed);
    EXPECT_EQ(queue.pop_for(100s).error(), heddle::queue_errc::closed);
    EXPECT_THROW(queue.pop_or_throw(), heddle::queue_error);
    queue.join();
    EXPECT_THROW(queue.task_done(), heddle::over_release);
  }
}

TEST(CPython, queue_immediate_close_releases_all) {
  heddle::blocking_queue<int> full(1);
  EXPECT_TRUE(full.push(1));
  heddle::blocking_queue<int> empty;
  heddle::thread putter([&] { EXPECT_FALSE(full.push(2)); });
  heddle::thread joiner([&] { full.join(); });
  heddle::thread getter([&] { EXPECT_FALSE(empty.pop()); });
  full.close(heddle::closing::immediate);
  empty.close(heddle::closing::immediate);
}

TEST(CPython, concurrent_queue_basics) {
  heddle::concurrent_queue<int> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.try_pop(), std::nullopt);
  for (int i = 0; i < 1000; ++i) queue.push(i);
  EXPECT_FALSE(queue.empty());
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(queue.pop(), i);
}

TEST(CPython, concurrent_queue_many_threads) {
  static constexpr int items = 500;
  heddle::concurrent_queue<int> queue;
  std::atomic<int> sum{0};
  std::vector<heddle::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < items; ++k) queue.push(1);
    });
    threads.emplace_back([&, i] {
      for (int k = 0; k < items; ++k) {
        std::optional<int> got;
        while (!got) {
          if (i % 3 == 0) got = queue.pop();
          if (i % 3 == 1) got = queue.try_pop();
          if (i % 3 == 2) got = queue.pop_for(1ms);
        }
        sum += *got;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(sum, 4 * items);
}

TEST(CPython, concurrent_queue_releases_what_it_gives) {
  heddle::concurrent_queue<std::shared_ptr<int>> queue;
  auto value = std::make_shared<int>(1);
  queue.push(value);
  queue.pop();
  EXPECT_EQ(value.use_count(), 1);
}

// The destructor of an element pushes another one.
struct pusher {
  heddle::concurrent_queue<std::unique_ptr<pusher>>* queue;
  bool again;
  ~pusher() {
    if (again) queue->push(std::make_unique<pusher>(pusher{queue, false}));
  }
};
TEST(CPython, concurrent_queue_push_from_a_destructor) {
  heddle::concurrent_queue<std::unique_ptr<pusher>> queue;
  queue.push(std::unique_ptr<pusher>(new pusher{&queue, true}));
  queue.pop();
  EXPECT_NE(queue.pop(), nullptr);
}

}  // namespace
