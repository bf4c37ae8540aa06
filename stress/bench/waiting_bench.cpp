// Conditions, semaphores, events, latches and barriers.
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <concurrentqueue/blockingconcurrentqueue.h>
#include <pthread.h>
#include <semaphore.h>

#include <barrier>
#include <chrono>
#include <condition_variable>
#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/latch.hpp>
#include <heddle/mutex.hpp>
#include <heddle/semaphore.hpp>
#include <latch>
#include <mutex>
#include <optional>
#include <semaphore>

#include "stress/bench/bench.hpp"

namespace {

static_assert(bench::no_larger<heddle::condition_variable, std::condition_variable, absl::CondVar>);
static_assert(bench::no_larger<heddle::condition_variable_any, std::condition_variable_any, absl::CondVar>);
static_assert(bench::no_larger<heddle::counting_semaphore<>, std::counting_semaphore<>, sem_t>);
static_assert(bench::no_larger<heddle::bounded_semaphore, sem_t, moodycamel::LightweightSemaphore>);
static_assert(bench::no_larger<heddle::event, absl::Notification>);
static_assert(bench::no_larger<heddle::auto_reset_event, absl::Notification>);
static_assert(bench::no_larger<heddle::latch, std::latch, absl::BlockingCounter>);
static_assert(bench::no_larger<heddle::cyclic_barrier, std::barrier<>, pthread_barrier_t>);

struct posix_semaphore {
  explicit posix_semaphore(int initial) { sem_init(&semaphore, 0, static_cast<unsigned>(initial)); }
  void acquire() { sem_wait(&semaphore); }
  void release() { sem_post(&semaphore); }
  sem_t semaphore;
};

struct light_semaphore {
  explicit light_semaphore(int initial) : semaphore(initial) {}
  void acquire() { semaphore.wait(); }
  void release() { semaphore.signal(); }
  moodycamel::LightweightSemaphore semaphore;
};

// A permit for everybody: nobody waits.
template <class Semaphore>
void permits(benchmark::State& state) {
  alignas(64) static Semaphore semaphore(8);
  for (auto _ : state) {
    semaphore.acquire();
    semaphore.release();
  }
}

// Two threads, of which one runs at a time.
template <class Semaphore>
void ping_pong(benchmark::State& state) {
  static Semaphore turns[2] = {Semaphore(0), Semaphore(0)};
  const auto me = static_cast<std::size_t>(state.thread_index());
  for (auto _ : state) {
    turns[1 - me].release();
    turns[me].acquire();
  }
}

template <class Condition, class Mutex>
void notify_nobody(benchmark::State& state) {
  alignas(64) static Condition condition;
  for (auto _ : state) condition.notify_one();
}
struct absl_condition {
  void notify_one() { condition.Signal(); }
  absl::CondVar condition;
};

template <class Condition, class Mutex>
void condition_ping_pong(benchmark::State& state) {
  static Mutex lock;
  static Condition changed;
  static int turn = 0;
  const int me = state.thread_index();
  for (auto _ : state) {
    std::unique_lock<Mutex> held(lock);
    turn = 1 - me;
    changed.notify_one();
    // The last one to come is not waited for.
    changed.wait_for(held, std::chrono::milliseconds(20), [&] { return turn == me; });
  }
}
void absl_ping_pong(benchmark::State& state) {
  static absl::Mutex lock;
  static absl::CondVar changed;
  static int turn = 0;
  const int me = state.thread_index();
  for (auto _ : state) {
    const absl::MutexLock held(&lock);
    turn = 1 - me;
    changed.Signal();
    const absl::Time deadline = absl::Now() + absl::Milliseconds(20);
    while (turn != me && !changed.WaitWithDeadline(&lock, deadline)) {
    }
  }
}

// A life of an event: made, set, seen.
void heddle_event(benchmark::State& state) {
  for (auto _ : state) {
    heddle::event event;
    event.set();
    event.wait();
    benchmark::DoNotOptimize(event);
  }
}
void absl_notification(benchmark::State& state) {
  for (auto _ : state) {
    absl::Notification event;
    event.Notify();
    event.WaitForNotification();
    benchmark::DoNotOptimize(event);
  }
}

template <class Latch>
void latch(benchmark::State& state) {
  for (auto _ : state) {
    Latch latch(2);
    latch.count_down();
    latch.count_down();
    latch.wait();
    benchmark::DoNotOptimize(latch);
  }
}
void absl_counter(benchmark::State& state) {
  for (auto _ : state) {
    absl::BlockingCounter counter(2);
    counter.DecrementCount();
    counter.DecrementCount();
    counter.Wait();
  }
}

// Phases of a barrier. Google Benchmark gives every thread the same number of iterations.
struct heddle_barrier {
  explicit heddle_barrier(int parties) : barrier(static_cast<std::size_t>(parties)) {}
  void meet() { benchmark::DoNotOptimize(barrier.arrive_and_wait()); }
  heddle::cyclic_barrier barrier;
};
struct std_barrier {
  explicit std_barrier(int parties) : barrier(parties) {}
  void meet() { barrier.arrive_and_wait(); }
  std::barrier<> barrier;
};
struct posix_barrier {
  explicit posix_barrier(int parties) {
    pthread_barrier_init(&barrier, nullptr, static_cast<unsigned>(parties));
  }
  ~posix_barrier() { pthread_barrier_destroy(&barrier); }
  void meet() { pthread_barrier_wait(&barrier); }
  pthread_barrier_t barrier;
};
template <class Barrier>
void phases(benchmark::State& state) {
  static std::optional<Barrier> barrier;
  if (state.thread_index() == 0) barrier.emplace(state.threads());
  for (auto _ : state) barrier->meet();
}

const bool added = [] {
  using bench::add;
  add("semaphore/heddle::counting_semaphore", permits<heddle::counting_semaphore<>>, 1, 2, 4);
  add("semaphore/std::counting_semaphore", permits<std::counting_semaphore<>>, 1, 2, 4);
  add("semaphore/sem_t", permits<posix_semaphore>, 1, 2, 4);
  add("semaphore/moodycamel::LightweightSemaphore", permits<light_semaphore>, 1, 2, 4);
  add("semaphore_ping_pong/heddle::counting_semaphore", ping_pong<heddle::counting_semaphore<>>, 2);
  add("semaphore_ping_pong/std::counting_semaphore", ping_pong<std::counting_semaphore<>>, 2);
  add("semaphore_ping_pong/sem_t", ping_pong<posix_semaphore>, 2);
  add("semaphore_ping_pong/moodycamel::LightweightSemaphore", ping_pong<light_semaphore>, 2);
  add("notify_nobody/heddle::condition_variable", notify_nobody<heddle::condition_variable, heddle::mutex>, 1,
      2, 4);
  add("notify_nobody/std::condition_variable", notify_nobody<std::condition_variable, std::mutex>, 1, 2, 4);
  add("notify_nobody/absl::CondVar", notify_nobody<absl_condition, std::mutex>, 1, 2, 4);
  add("condition_ping_pong/heddle::condition_variable",
      condition_ping_pong<heddle::condition_variable, heddle::mutex>, 2);
  add("condition_ping_pong/std::condition_variable", condition_ping_pong<std::condition_variable, std::mutex>,
      2);
  add("condition_ping_pong/absl::CondVar", absl_ping_pong, 2);
  add("event/heddle::event", heddle_event, 1);
  add("event/absl::Notification", absl_notification, 1);
  add("latch/heddle::latch", latch<heddle::latch>, 1);
  add("latch/std::latch", latch<std::latch>, 1);
  add("latch/absl::BlockingCounter", absl_counter, 1);
  add("barrier/heddle::cyclic_barrier", phases<heddle_barrier>, 1, 2, 4);
  add("barrier/std::barrier", phases<std_barrier>, 1, 2, 4);
  add("barrier/pthread_barrier_t", phases<posix_barrier>, 1, 2, 4);
  return true;
}();

}  // namespace
