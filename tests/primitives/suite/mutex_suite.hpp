// What is expected of a mutex: Lockable, and TimedLockable and owned where it offers that.
#pragma once

#include <chrono>
#include <concepts>
#include <cstring>
#include <heddle/errors.hpp>
#include <memory>
#include <mutex>
#include <system_error>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Mutex>
concept timed_lockable = requires(Mutex& m) {
  m.try_lock_for(std::chrono::seconds(1));
};
template <class Mutex>
concept tells_its_owner = requires(Mutex& m) {
  m.is_owned_by_this_thread();
};

template <class Mutex>
struct mutex_suite {
  struct room {
    Mutex m;
    int inside = 0;
    int entered = 0;

    void enter() {
      m.lock();
      expect(++inside == 1);
      ++entered;
      --inside;
      m.unlock();
    }
  };

  static void MX_S1_OneHolderAtATime() {
    room r;
    const auto enter = [&] { r.enter(); };
    together(enter, enter);
    expect(r.entered == 2);
  }

  static void MX_S2_TryLockTakesTheLockOrChangesNothing() {
    Mutex m;
    int taken = 0;
    const auto attempt = [&] {
      if (!m.try_lock()) return;
      ++taken;
      m.unlock();
    };
    together(attempt, attempt, attempt);
    expect(taken >= 1);
    const int before = taken;
    attempt();
    expect(taken == before + 1);
  }

  static void MX_S2_TryLockSucceedsWhenFree() {
    Mutex m;
    together([&] { m.lock(), m.unlock(); }, [] {});
    expect(m.try_lock());
    together([&] { expect(!m.try_lock()); }, [] {});
    m.unlock();
  }

  static void MX_S3_UnlockHappensBeforeTheNextLock() {
    Mutex m;
    int data = 0;
    bool written = false;
    together(
        [&] {
          const std::lock_guard hold(m);
          data = 42;
          written = true;
        },
        [&] {
          const std::lock_guard hold(m);
          if (written) expect(data == 42);
        });
  }

  static void MX_S5_MayBeDestroyedByTheNextHolder() {
    auto* m = new Mutex;
    m->lock();
    together(
        [m] {
          m->lock();
          m->unlock();
          delete m;
        },
        [m] { m->unlock(); });
  }

  static void MX_L1_EveryWaiterGetsTheFreeLock() {
    room r;
    together([&] { r.enter(); },
             [&] {
               r.enter();
               r.enter();
             });
    expect(r.entered == 3);
  }

  static void GD_L1_ScopedLockInBothOrdersDoesNotDeadlock() {
    Mutex a;
    Mutex b;
    int entered = 0;
    together(
        [&] {
          const std::scoped_lock hold(a, b);
          ++entered;
        },
        [&] {
          const std::scoped_lock hold(b, a);
          ++entered;
        });
    expect(entered == 2);
  }

  static void GD_S1_UnlocksOnceOnEveryWayOut() {
    Mutex m;
    expect(throws<int>([&] {
      const std::lock_guard hold(m);
      throw 1;
    }));
    {
      std::unique_lock hold(m);
      hold.unlock();
    }
    together([&] { expect(m.try_lock()), m.unlock(); }, [] {});
  }

  static void GD_S2_NoUnlockAfterReleaseOrAFailedAttempt() {
    Mutex m;
    {
      std::unique_lock hold(m);
      hold.release();
    }
    const auto attempt = [&] { expect(!std::unique_lock(m, std::try_to_lock).owns_lock()); };
    together(attempt, [] {});
    together(attempt, [] {});  // the first has not freed it
    m.unlock();
    together([&] { expect(m.try_lock()), m.unlock(); }, [] {});
  }

  static constexpr scenario all[] = {
      {"MX_S1_OneHolderAtATime", MX_S1_OneHolderAtATime},
      {"MX_S2_TryLockTakesTheLockOrChangesNothing", MX_S2_TryLockTakesTheLockOrChangesNothing},
      {"MX_S2_TryLockSucceedsWhenFree", MX_S2_TryLockSucceedsWhenFree},
      {"MX_S3_UnlockHappensBeforeTheNextLock", MX_S3_UnlockHappensBeforeTheNextLock},
      {"MX_S5_MayBeDestroyedByTheNextHolder", MX_S5_MayBeDestroyedByTheNextHolder},
      {"MX_L1_EveryWaiterGetsTheFreeLock", MX_L1_EveryWaiterGetsTheFreeLock},
      {"GD_S1_UnlocksOnceOnEveryWayOut", GD_S1_UnlocksOnceOnEveryWayOut},
      {"GD_S2_NoUnlockAfterReleaseOrAFailedAttempt", GD_S2_NoUnlockAfterReleaseOrAFailedAttempt},
  };
};

// Three threads, and two that come again: too large for some locks that are right.
template <class Mutex>
struct contended_mutex_suite {
  static void MX_S1_OneHolderOfThree() {
    typename mutex_suite<Mutex>::room r;
    const auto enter = [&] { r.enter(); };
    together(enter, enter, enter);
    expect(r.entered == 3);
  }

  static void MX_L1_EveryWaiterGetsTheFreeLockAgain() {
    typename mutex_suite<Mutex>::room r;
    const auto twice = [&] {
      r.enter();
      r.enter();
    };
    together(twice, twice);
    expect(r.entered == 4);
  }

  static constexpr scenario all[] = {
      {"MX_S1_OneHolderOfThree", MX_S1_OneHolderOfThree},
      {"MX_L1_EveryWaiterGetsTheFreeLockAgain", MX_L1_EveryWaiterGetsTheFreeLockAgain},
  };
};

// What needs three threads, for locks of which nobody knows whether all executions can be explored: searched.
template <class Mutex>
struct searched_mutex_suite {
  static constexpr scenario all[] = {
      {"MX_L1_EachOfThreeGetsTheFreeLock", contended_mutex_suite<Mutex>::MX_S1_OneHolderOfThree},
  };
};

// std::scoped_lock tries again and again: its executions are not finite.
template <class Mutex>
struct scoped_lock_suite {
  static constexpr scenario all[] = {
      {"GD_L1_ScopedLockInBothOrdersDoesNotDeadlock",
       mutex_suite<Mutex>::GD_L1_ScopedLockInBothOrdersDoesNotDeadlock},
  };
};

template <timed_lockable Mutex>
struct timed_mutex_suite {
  static void MX_S2_TimedLockTakesTheLockOrChangesNothing() {
    Mutex m;
    int inside = 0;
    const auto attempt = [&] {
      if (!m.try_lock_for(short_time)) return;
      expect(++inside == 1);
      --inside;
      m.unlock();
    };
    together(attempt, attempt, [&] {
      m.lock();
      expect(++inside == 1);
      --inside;
      m.unlock();
    });
    expect(m.try_lock());
    m.unlock();
  }

  static void expect_as_new(const Mutex& m) {
    const Mutex fresh;
    expect(std::memcmp(static_cast<const void*>(&m), static_cast<const void*>(&fresh), sizeof m) == 0);
  }

  static void MX_S4_TheIdleWordIsThatOfANewLock() {
    Mutex m;
    const auto attempt = [&] {
      if (m.try_lock_for(short_time)) m.unlock();
    };
    together(attempt, attempt);
    m.lock();
    m.unlock();
    expect_as_new(m);
  }

  // Two wait, of whom none, one or both give up, before or after the lock is freed.
  static void MX_S4_WhoGaveUpLeavesNoTrace() {
    Mutex m;
    m.lock();
    const auto attempt = [&] {
      if (m.try_lock_for(short_time)) m.unlock();
    };
    together(attempt, attempt, [&] { m.unlock(); });
    m.lock();
    m.unlock();
    expect_as_new(m);
  }

  static void MX_L3_TimedWaiterReturns() {
    Mutex m;
    m.lock();
    together(
        [&] {
          const auto start = std::chrono::steady_clock::now();
          expect(!m.try_lock_for(short_time));
          expect(!m.try_lock_until(std::chrono::steady_clock::now() + short_time));
          expect(std::chrono::steady_clock::now() - start >= 2 * short_time);
          expect(!m.try_lock_for(std::chrono::seconds(0)));
          expect(!m.try_lock_for(std::chrono::seconds(-1)));
          expect(!m.try_lock_until(std::chrono::steady_clock::now() - std::chrono::seconds(1)));
        },
        [] {});
    m.unlock();
  }

  // A thread that gave up must not have used up the wake-up of another.
  static void MX_L1_TimedOutWaiterLosesNoWakeUp() {
    Mutex m;
    m.lock();
    together(
        [&] {
          if (m.try_lock_for(short_time)) m.unlock();
        },
        [&] {
          m.lock();
          m.unlock();
        },
        [&] { m.unlock(); });
  }

  static void MX_L3_AnEndlessTimeoutIsNone() {
    Mutex m;
    m.lock();
    together(
        [&] {
          if (m.try_lock_for(std::chrono::hours::max())) m.unlock();
        },
        [&] { m.unlock(); });
  }

  static constexpr scenario all[] = {
      {"MX_S2_TimedLockTakesTheLockOrChangesNothing", MX_S2_TimedLockTakesTheLockOrChangesNothing},
      {"MX_S4_TheIdleWordIsThatOfANewLock", MX_S4_TheIdleWordIsThatOfANewLock},
      {"MX_S4_WhoGaveUpLeavesNoTrace", MX_S4_WhoGaveUpLeavesNoTrace},
      {"MX_L1_TimedOutWaiterLosesNoWakeUp", MX_L1_TimedOutWaiterLosesNoWakeUp},
      {"MX_L3_TimedWaiterReturns", MX_L3_TimedWaiterReturns},
      {"MX_L3_AnEndlessTimeoutIsNone", MX_L3_AnEndlessTimeoutIsNone},
  };
};

// Of locks that know their owner, where misuse is checked.
template <tells_its_owner Mutex>
struct owned_mutex_suite {
  static void MX_S2_OnlyTheOwnerUnlocks() {
    if (!heddle::misuse_checked) return;
    Mutex m;
    m.lock();
    expect(m.is_owned_by_this_thread());
    together(
        [&] {
          expect(!m.is_owned_by_this_thread());
          expect(throws<heddle::lock_error>([&] { m.unlock(); }));
          expect(!m.try_lock());
        },
        [] {});
    m.unlock();
    expect(!m.is_owned_by_this_thread());
  }

  static void MX_S2_UnlockOfAFreeLockFails() {
    if (!heddle::misuse_checked) return;
    Mutex m;
    expect(throws<heddle::lock_error>([&] { m.unlock(); }));
    expect(m.try_lock());
    m.unlock();
  }

  static constexpr scenario all[] = {
      {"MX_S2_OnlyTheOwnerUnlocks", MX_S2_OnlyTheOwnerUnlocks},
      {"MX_S2_UnlockOfAFreeLockFails", MX_S2_UnlockOfAFreeLockFails},
  };
};

}  // namespace suite
