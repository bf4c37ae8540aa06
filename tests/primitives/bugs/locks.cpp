// Bugs in the use of locks.
#include <atomic>
#include <functional>
#include <heddle/condition_variable.hpp>
#include <heddle/event.hpp>
#include <heddle/mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/unowned_mutex.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "tests/primitives/bugs/bug.hpp"

namespace bugs {
namespace {

void three_locks_in_a_circle(bool mended) {
  std::mutex locks[3];
  const auto hold_both = [&](int first, int second) {
    const std::lock_guard one(locks[first]);
    const std::lock_guard two(locks[second]);
  };
  together([&] { hold_both(0, 1); }, [&] { hold_both(1, 2); },
           [&] { mended ? hold_both(0, 2) : hold_both(2, 0); });
}

// The outer monitor stays locked while the inner one waits.
void nested_monitor(bool mended) {
  std::mutex outer;
  std::mutex inner;
  heddle::condition_variable_any changed;
  bool ready = false;
  together(
      [&] {
        std::unique_lock held_outer(outer);
        std::unique_lock held(inner);
        if (mended) held_outer.unlock();
        changed.wait(held, [&] { return ready; });
      },
      [&] {
        const std::lock_guard held_outer(outer);
        const std::lock_guard held(inner);
        ready = true;
        changed.notify_one();
      });
}

// A mutex that is not recursive, taken again by a callback.
void relocked_by_a_callback(bool mended) {
  heddle::mutex lock;
  int value = 0;
  const auto read = [&] {
    const std::lock_guard held(lock);
    return value;
  };
  const auto change = [&](const std::function<void()>& changed) {
    {
      const std::lock_guard held(lock);
      ++value;
      if (!mended) changed();
    }
    if (mended) changed();
  };
  change([&] { static_cast<void>(read()); });
}

void unowned_mutex_relocked(bool mended) {
  heddle::unowned_mutex lock;
  lock.lock();
  if (mended) lock.unlock();
  lock.lock();
  lock.unlock();
}

void unlocked_by_another_thread(bool mended) {
  heddle::mutex lock;
  lock.lock();
  together(
      [&] {
        if (!mended) lock.unlock();
      },
      [] {});
  if (mended) lock.unlock();
}

void unlocked_while_free(bool mended) {
  heddle::unowned_mutex lock;
  lock.lock();
  lock.unlock();
  if (!mended) lock.unlock();
}

void thread_ends_with_the_lock(bool mended) {
  heddle::mutex lock;
  const auto work = [&](bool give_back) {
    lock.lock();
    if (give_back) lock.unlock();
  };
  together([&] { work(mended); }, [&] { work(true); });
}

// The semaphore of a call is the caller's, and gone when it returns: release() must not touch it any more.
class touching_event {
 public:
  explicit touching_event(bool mended) : mended_(mended) {}
  void set() {
    std::atomic<int>& word = word_;
    const bool mended = mended_;
    if (mended) {
      word.store(1, std::memory_order_release);
    } else {
      word.store(1, std::memory_order_release);
      ++sets_;
    }
  }
  void wait() {
    while (word_.load(std::memory_order_acquire) == 0) std::this_thread::yield();
  }

 private:
  const bool mended_;
  std::atomic<int> word_{0};
  int sets_ = 0;
};
void touched_after_the_set(bool mended) {
  auto* const done = new touching_event(mended);
  together([done] { done->set(); },
           [done] {
             done->wait();
             delete done;
           });
}

void condition_destroyed_in_use(bool mended) {
  std::mutex lock;
  std::optional<heddle::condition_variable_any> changed(std::in_place);
  bool waits = false;
  bool ready = false;
  together(
      [&] {
        std::unique_lock held(lock);
        waits = true;
        while (!ready) changed->wait(held);
      },
      [&] {
        std::unique_lock held(lock);
        if (mended || !waits) {
          ready = true;
          changed->notify_all();
        }
        if (!waits) return;
        changed.reset();
      });
}

// A flag the owner clears only when it has been asked to, by a thread that spins and never asks.
void spinner_starves_the_owner(bool mended) {
  std::atomic<bool> busy{true};
  std::atomic<bool> wanted{false};
  together(
      [&] {
        if (mended) wanted = true;
        while (busy) std::this_thread::yield();
      },
      [&] {
        while (!wanted) std::this_thread::yield();
        busy = false;
      });
}

void reader_waits_behind_a_writer_behind_itself(bool mended) {
  heddle::shared_mutex lock;
  int value = 0;
  together(
      [&] {
        const std::shared_lock outer(lock);
        std::shared_lock<heddle::shared_mutex> inner;
        if (!mended) inner = std::shared_lock(lock);
        static_cast<void>(value);
      },
      [&] {
        const std::lock_guard held(lock);
        ++value;
      });
}

void readers_upgrade(bool mended) {
  heddle::shared_mutex lock;
  int value = 0;
  const auto change = [&] {
    lock.lock_shared();
    const bool low = value < 2;
    if (mended) lock.unlock_shared();
    lock.lock();
    if (low && value < 2) ++value;
    lock.unlock();
    if (!mended) lock.unlock_shared();
  };
  together(change, [] {});
}

}  // namespace

std::span<const bug> all() {
  static constexpr bug list[] = {
      {"three_locks_in_a_circle", three_locks_in_a_circle},
      {"nested_monitor", nested_monitor},
      {"relocked_by_a_callback", relocked_by_a_callback},
      {"unowned_mutex_relocked", unowned_mutex_relocked},
      {"unlocked_by_another_thread", unlocked_by_another_thread},
      {"unlocked_while_free", unlocked_while_free},
      {"thread_ends_with_the_lock", thread_ends_with_the_lock},
      {"touched_after_the_set", touched_after_the_set},
      {"condition_destroyed_in_use", condition_destroyed_in_use},
      {"spinner_starves_the_owner", spinner_starves_the_owner},
      {"reader_waits_behind_a_writer_behind_itself", reader_waits_behind_a_writer_behind_itself},
      {"readers_upgrade", readers_upgrade},
  };
  return list;
}

}  // namespace bugs
