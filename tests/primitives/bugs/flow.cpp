// Bugs in the use of schedulers, contexts and generators.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <heddle/context.hpp>
#include <heddle/event_scheduler.hpp>
#include <heddle/generator.hpp>
#include <map>
#include <mutex>

#include "tests/primitives/bugs/bug.hpp"

namespace bugs {
namespace {

using namespace std::chrono_literals;

// What the event uses is destroyed whether or not cancel() was in time.
void scheduler_cancel_is_late(bool mended) {
  heddle::event_scheduler scheduler;
  auto* value = new int(1);
  const auto event = scheduler.enter_after(0s, 0, [&value] { *value = 2; });
  together([&] { scheduler.run(); },
           [&] {
             const bool never = scheduler.cancel(event);
             if (!mended || never) {
               delete value;
               value = nullptr;
             }
           });
  delete value;
}

// A scheduler that sleeps until the event it knew when it fell asleep.
void sleeper_not_woken_by_an_earlier_event(bool mended) {
  std::mutex lock;
  std::condition_variable changed;
  std::multimap<int, int> events;  // number by time
  int now = 0;
  int served = -1;
  const auto enter = [&](int time, int number) {
    const std::lock_guard held(lock);
    events.emplace(time, number);
    if (mended) changed.notify_all();
  };
  enter(1'000'000, 1);  // far away: nobody waits for it
  together([&] { enter(0, 0); },
           [&] {
             std::unique_lock held(lock);
             while (events.begin()->first > now) changed.wait(held);
             served = events.begin()->second;
           });
  assert(served == 0);
}

heddle::context_variable<int>& user() {
  static heddle::context_variable<int> variable("user", 0);
  return variable;
}

// Both jobs run in the context of the thread.
void context_leaks_between_tasks(bool mended) {
  const auto job = [](int id) {
    assert(user().get() == 0);
    user().set(id);
  };
  together(
      [&] {
        for (const int id : {1, 2}) {
          heddle::context own = heddle::context::copy_current();
          if (mended) {
            own.run([&] { job(id); });
          } else {
            job(id);
          }
        }
      },
      [] {});
}

void token_reset_in_another_context(bool mended) {
  auto token = user().set(1);
  heddle::context other;
  if (mended) {
    user().reset(token);
  } else {
    other.run([&] { user().reset(token); });
  }
}

void token_used_twice(bool mended) {
  auto token = user().set(1);
  user().reset(token);
  if (!mended) user().reset(token);
}

void context_entered_by_two_threads(bool mended) {
  heddle::context shared;
  const auto enter = [&] {
    heddle::context mine = mended ? shared.copy() : shared;
    mine.run([] { user().set(1); });
  };
  together(enter, enter);
}

heddle::generator<int> numbers() {
  for (int i = 0;; ++i) co_yield i;
}

void generator_shared_by_threads(bool mended) {
  heddle::generator<int> generator = numbers();
  std::mutex lock;
  const auto take = [&] {
    std::unique_lock<std::mutex> held(lock, std::defer_lock);
    if (mended) held.lock();
    static_cast<void>(generator.next());
  };
  together(take, take);
}

heddle::generator<int> calls(const std::function<void()>& callback) {
  callback();
  co_yield 1;
}
void generator_resumes_itself(bool mended) {
  heddle::generator<int>* self = nullptr;
  const std::function<void()> callback = [&] {
    if (!mended) static_cast<void>(self->next());
  };
  heddle::generator<int> generator = calls(callback);
  self = &generator;
  static_cast<void>(generator.next());
}

heddle::generator<int> locked_numbers(std::mutex& lock) {
  const std::lock_guard held(lock);
  co_yield 1;
}
void generator_suspended_with_a_lock(bool mended) {
  std::mutex lock;
  heddle::generator<int> generator = locked_numbers(lock);
  static_cast<void>(generator.next());
  if (mended) generator.close();
  together([&] { const std::lock_guard held(lock); }, [] {});
}

}  // namespace

std::span<const bug> all() {
  static constexpr bug list[] = {
      {"scheduler_cancel_is_late", scheduler_cancel_is_late},
      {"sleeper_not_woken_by_an_earlier_event", sleeper_not_woken_by_an_earlier_event},
      {"context_leaks_between_tasks", context_leaks_between_tasks},
      {"token_reset_in_another_context", token_reset_in_another_context},
      {"token_used_twice", token_used_twice},
      {"context_entered_by_two_threads", context_entered_by_two_threads},
      {"generator_shared_by_threads", generator_shared_by_threads},
      {"generator_resumes_itself", generator_resumes_itself},
      {"generator_suspended_with_a_lock", generator_suspended_with_a_lock},
  };
  return list;
}

}  // namespace bugs
