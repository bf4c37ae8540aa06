// Sizes, and the named requirements of the standard.
#include <gtest/gtest.h>

#include <concepts>
#include <heddle/blocking_queue.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/event_scheduler.hpp>
#include <heddle/fair_mutex.hpp>
#include <heddle/future.hpp>
#include <heddle/generator.hpp>
#include <heddle/guards.hpp>
#include <heddle/latch.hpp>
#include <heddle/monitor.hpp>
#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/thread.hpp>
#include <heddle/thread_pool_executor.hpp>
#include <heddle/thread_specific.hpp>
#include <heddle/timer.hpp>
#include <heddle/unowned_mutex.hpp>
#include <mutex>
#include <shared_mutex>
#include <type_traits>

namespace {

template <class L>
concept basic_lockable = requires(L& l) {
  l.lock();
  l.unlock();
};
template <class L>
concept lockable = basic_lockable<L> && requires(L& l) {
  { l.try_lock() } -> std::same_as<bool>;
};
template <class L>
concept timed_lockable = lockable<L> && requires(L& l) {
  { l.try_lock_for(std::chrono::seconds(1)) } -> std::same_as<bool>;
  { l.try_lock_until(std::chrono::steady_clock::now()) } -> std::same_as<bool>;
  { l.try_lock_until(std::chrono::system_clock::now()) } -> std::same_as<bool>;
};
template <class L>
concept shared_timed_lockable = timed_lockable<L> && requires(L& l) {
  l.lock_shared();
  l.unlock_shared();
  { l.try_lock_shared() } -> std::same_as<bool>;
  { l.try_lock_shared_for(std::chrono::seconds(1)) } -> std::same_as<bool>;
  { l.try_lock_shared_until(std::chrono::steady_clock::now()) } -> std::same_as<bool>;
};
template <class T>
concept fixed_in_place = !std::is_copy_constructible_v<T> && !std::is_move_constructible_v<T> &&
                         !std::is_copy_assignable_v<T> && !std::is_move_assignable_v<T>;

static_assert(timed_lockable<heddle::mutex>);
static_assert(timed_lockable<heddle::unowned_mutex>);
static_assert(timed_lockable<heddle::recursive_mutex>);
static_assert(timed_lockable<heddle::fair_mutex>);
static_assert(shared_timed_lockable<heddle::shared_mutex>);
static_assert(lockable<heddle::monitor>);

static_assert(fixed_in_place<heddle::mutex> && fixed_in_place<heddle::recursive_mutex> &&
              fixed_in_place<heddle::shared_mutex> && fixed_in_place<heddle::unowned_mutex> &&
              fixed_in_place<heddle::fair_mutex> && fixed_in_place<heddle::condition_variable> &&
              fixed_in_place<heddle::monitor> && fixed_in_place<heddle::counting_semaphore<>> &&
              fixed_in_place<heddle::event> && fixed_in_place<heddle::latch> &&
              fixed_in_place<heddle::cyclic_barrier>);

template <class S>
concept semaphore = requires(S& s) {
  s.acquire();
  s.release();
  s.release(2);
  { s.try_acquire() } -> std::same_as<bool>;
  { s.try_acquire_for(std::chrono::seconds(1)) } -> std::same_as<bool>;
};
static_assert(semaphore<heddle::counting_semaphore<>> && semaphore<heddle::binary_semaphore> &&
              semaphore<heddle::bounded_semaphore>);
template <class T>
concept moves_only = std::is_nothrow_move_constructible_v<T> && !std::is_copy_constructible_v<T>;
static_assert(moves_only<heddle::thread> && moves_only<heddle::promise<int>> &&
              moves_only<heddle::generator<int>>);
static_assert(std::copyable<heddle::future<int>> && std::copyable<heddle::future<void>>);
static_assert(fixed_in_place<heddle::thread_specific<int>> && fixed_in_place<heddle::timer> &&
              fixed_in_place<heddle::blocking_queue<int>> && fixed_in_place<heddle::concurrent_queue<int>> &&
              fixed_in_place<heddle::thread_pool_executor> && fixed_in_place<heddle::event_scheduler>);

// Usable before main(), and never allocated.
constinit heddle::mutex a_mutex;
constinit heddle::recursive_mutex a_recursive_mutex;
constinit heddle::shared_mutex a_shared_mutex;
constinit heddle::fair_mutex a_fair_mutex;
constinit heddle::condition_variable a_condition;
constinit heddle::counting_semaphore<> a_semaphore{3};
constinit heddle::bounded_semaphore a_bounded_semaphore{3};
constinit heddle::event an_event;
constinit heddle::auto_reset_event an_auto_reset_event;
constinit heddle::latch a_latch{1};

// That none is larger than its peer in other libraries is asserted where those are: stress/bench.
TEST(Sizes, AreThoseOfTheDocumentation) {
  EXPECT_EQ(sizeof a_mutex, 4U);
  EXPECT_EQ(sizeof(heddle::unowned_mutex), 4U);
  EXPECT_EQ(sizeof a_recursive_mutex, 8U);
  EXPECT_EQ(sizeof a_shared_mutex, 4U);
  EXPECT_EQ(sizeof a_fair_mutex, 16U);
  EXPECT_EQ(sizeof a_condition, 8U);
  EXPECT_EQ(sizeof(heddle::condition_variable_any), 8U);
  EXPECT_EQ(sizeof(heddle::monitor), 16U);
  EXPECT_EQ(sizeof a_semaphore, 4U);
  EXPECT_EQ(sizeof a_bounded_semaphore, 8U);
  EXPECT_EQ(sizeof(heddle::binary_semaphore), 4U);
  EXPECT_EQ(sizeof an_event, 4U);
  EXPECT_EQ(sizeof an_auto_reset_event, 4U);
  EXPECT_EQ(sizeof a_latch, 4U);
  EXPECT_EQ(sizeof(heddle::cyclic_barrier), 32U);
  EXPECT_EQ(sizeof(heddle::thread), 16U);
  EXPECT_EQ(sizeof(heddle::future<int>), 16U);
  EXPECT_EQ(sizeof(heddle::promise<int>), 16U);
  EXPECT_EQ(sizeof(heddle::concurrent_queue<int>), 40U);
  EXPECT_EQ(sizeof(heddle::generator<int>), 8U);
  EXPECT_LE(sizeof(heddle::blocking_queue<int>), 128U);
}

TEST(Guards, SemaphoreGuardGivesBackWhatItTook) {
  heddle::counting_semaphore<> s(3);
  {
    heddle::semaphore_guard one(s);
    heddle::semaphore_guard two(s, 2);
    EXPECT_EQ(s.value(), 0);
    const heddle::semaphore_guard moved(std::move(one));
    EXPECT_EQ(s.value(), 0);
    two.dismiss();
  }
  EXPECT_EQ(s.value(), 1);
}

TEST(Guards, BarrierPhaseAbortsWhenTheScopeIsLeftByAnException) {
  heddle::cyclic_barrier b(2);
  EXPECT_THROW(
      {
        const heddle::barrier_phase phase(b);
        throw 1;
      },
      int);
  EXPECT_TRUE(b.broken());
  heddle::cyclic_barrier alone(1);
  { const heddle::barrier_phase phase(alone); }
  EXPECT_FALSE(alone.broken());
}

TEST(Timeouts, ATimeLongAgoIsATry) {
  heddle::mutex lock;
  EXPECT_TRUE(lock.try_lock_until(std::chrono::steady_clock::time_point::min()));
  heddle::event never;
  EXPECT_FALSE(never.wait_until(std::chrono::system_clock::time_point::min()));
  lock.unlock();
}

TEST(Timeouts, SaturateAndNeverEndEarly) {
  using namespace std::chrono_literals;
  EXPECT_EQ(heddle::saturated_nanoseconds(std::chrono::hours::max()), heddle::sys::no_deadline);
  EXPECT_EQ(heddle::saturated_nanoseconds(-1s), 0);
  EXPECT_EQ(heddle::saturated_nanoseconds(std::chrono::duration<double, std::nano>(0.1)), 1);
  EXPECT_EQ(heddle::saturated_nanoseconds(1us), 1000);
}

}  // namespace
