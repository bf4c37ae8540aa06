// What is expected of a recursive mutex, besides what is expected of a mutex.
#pragma once

#include <heddle/condition_variable.hpp>
#include <heddle/errors.hpp>
#include <heddle/monitor.hpp>
#include <mutex>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Mutex>
struct recursive_mutex_suite {
  static void RM_S1_OneOwnerAtATime() {
    Mutex m;
    int inside = 0;
    const auto enter = [&] {
      const std::lock_guard outer(m);
      const std::lock_guard inner(m);
      expect(++inside == 1);
      --inside;
    };
    together(enter, enter, enter);
  }

  static void RM_L1_TheLastUnlockLetsAWaiterIn() {
    Mutex m;
    m.lock();
    m.lock();
    together([&] { const std::lock_guard hold(m); },
             [&] {
               m.unlock();
               m.unlock();
             });
    expect(m.recursion_count() == 0);
  }

  static void RM_S2_FreeAfterAsManyUnlocksAsLocks() {
    Mutex m;
    m.lock();
    expect(m.try_lock());
    expect(m.try_lock_for(short_time));
    expect(m.recursion_count() == 3);
    for (unsigned left = 3; left > 0; --left) {
      together([&] { expect(!m.try_lock()); }, [] {});
      m.unlock();
      expect(m.recursion_count() == left - 1);
    }
    together([&] { expect(m.try_lock()), m.unlock(); }, [] {});
  }

  static void RM_S3_OnlyTheOwnerChangesTheCount() {
    Mutex m;
    m.lock();
    together(
        [&] {
          expect(m.recursion_count() == 0);
          expect(!m.is_owned_by_this_thread());
          if (heddle::misuse_checked) expect(throws<heddle::lock_error>([&] { m.unlock(); }));
        },
        [] {});
    expect(m.recursion_count() == 1);
    m.unlock();
  }

  static void RM_S4_AConditionFreesAllLevelsAndRestoresThem() {
    Mutex m;
    heddle::condition_variable_any c;
    bool ready = false;
    together(
        [&] {
          std::unique_lock outer(m);
          const std::lock_guard inner(m);
          c.wait(outer, [&] { return ready; });
          expect(m.recursion_count() == 2);
        },
        [&] {
          const std::lock_guard hold(m);
          ready = true;
          c.notify_one();
        });
  }

  // A thread that never locked, whatever others do, is not the owner.
  static void RM_S5_NobodyElseEverLooksLikeTheOwner() {
    Mutex m;
    together(
        [&] {
          m.lock();
          expect(m.is_owned_by_this_thread());
          m.unlock();
          expect(!m.is_owned_by_this_thread());
        },
        [&] { expect(!m.is_owned_by_this_thread()); });
  }

  static void CV_S3_AMonitorWaitsAtAnyDepth() {
    heddle::basic_monitor<Mutex> m;
    bool ready = false;
    together(
        [&] {
          const std::lock_guard outer(m);
          const std::lock_guard inner(m);
          m.wait([&] { return ready; });
        },
        [&] {
          const std::lock_guard hold(m);
          ready = true;
          m.notify_one();
        });
    if (heddle::misuse_checked) {
      expect(throws<heddle::lock_error>([&] { m.notify_one(); }));
      expect(throws<heddle::lock_error>([&] { m.wait(); }));
    }
  }

  static constexpr scenario all[] = {
      {"RM_S1_OneOwnerAtATime", RM_S1_OneOwnerAtATime},
      {"RM_L1_TheLastUnlockLetsAWaiterIn", RM_L1_TheLastUnlockLetsAWaiterIn},
      {"RM_S2_FreeAfterAsManyUnlocksAsLocks", RM_S2_FreeAfterAsManyUnlocksAsLocks},
      {"RM_S3_OnlyTheOwnerChangesTheCount", RM_S3_OnlyTheOwnerChangesTheCount},
      {"RM_S4_AConditionFreesAllLevelsAndRestoresThem", RM_S4_AConditionFreesAllLevelsAndRestoresThem},
      {"RM_S5_NobodyElseEverLooksLikeTheOwner", RM_S5_NobodyElseEverLooksLikeTheOwner},
      {"CV_S3_AMonitorWaitsAtAnyDepth", CV_S3_AMonitorWaitsAtAnyDepth},
  };
};

}  // namespace suite
