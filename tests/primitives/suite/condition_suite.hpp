// What is expected of a condition variable `Condition`, used with `Lock`, a guard of a `Mutex`.
#pragma once

#include <chrono>
#include <heddle/condition_variable.hpp>
#include <heddle/errors.hpp>
#include <memory>
#include <mutex>
#include <stop_token>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

// What std::condition_variable promises too.
template <class Condition, class Mutex>
struct condition_suite {
  using lock = std::unique_lock<Mutex>;

  static void CV_S1_NoNotifyAfterTheReleaseIsMissed() {
    Mutex m;
    Condition c;
    bool ready = false;
    together(
        [&] {
          lock hold(m);
          c.wait(hold, [&] { return ready; });
        },
        [&] {
          {
            const std::lock_guard hold(m);
            ready = true;
          }
          c.notify_one();
        });
  }

  static void CV_S3_WaitReturnsWithTheLock() {
    Mutex m;
    Condition c;
    int inside = 0;
    bool ready = false;
    const auto enter = [&] {
      expect(++inside == 1);
      --inside;
    };
    together(
        [&] {
          lock hold(m);
          c.wait(hold, [&] { return ready; });
          expect(hold.owns_lock());
          enter();
        },
        [&] {
          const std::lock_guard hold(m);
          ready = true;
          c.notify_all();
          enter();
        });
  }

  static void CV_S5_NotifyAllWakesEveryWaiter() {
    Mutex m;
    Condition c;
    bool ready = false;
    const auto wait = [&] {
      lock hold(m);
      c.wait(hold, [&] { return ready; });
    };
    together(wait, wait, [&] {
      const std::lock_guard hold(m);
      ready = true;
      c.notify_all();
    });
  }

  static void CV_L2_TwoNotifiesWakeTwoWaiters() {
    Mutex m;
    Condition c;
    int tokens = 0;
    const auto wait = [&] {
      lock hold(m);
      c.wait(hold, [&] { return tokens > 0; });
      --tokens;
    };
    together(wait, wait, [&] {
      for (int i = 0; i < 2; ++i) {
        {
          const std::lock_guard hold(m);
          ++tokens;
        }
        c.notify_one();
      }
    });
    expect(tokens == 0);
  }

  static void CV_S6_MayBeDestroyedOnceAllWereNotified() {
    Mutex m;
    auto condition = std::make_unique<Condition>();
    bool waits = false;
    bool ready = false;
    together(
        [&] {
          lock hold(m);
          waits = true;
          Condition& c = *condition;
          while (!ready) c.wait(hold);
        },
        [&] {
          lock hold(m);
          if (!waits) {
            ready = true;
            return;
          }
          ready = true;
          condition->notify_all();
          condition.reset();
        });
  }

  static void CV_TimedWaitReturnsAtItsDeadline() {
    Mutex m;
    Condition c;
    lock hold(m);
    const auto start = std::chrono::steady_clock::now();
    expect(!c.wait_for(hold, short_time, [] { return false; }));
    expect(std::chrono::steady_clock::now() - start >= short_time);
    expect(c.wait_for(hold, short_time, [] { return true; }));
    expect(hold.owns_lock());
  }

  static constexpr scenario all[] = {
      {"CV_S1_NoNotifyAfterTheReleaseIsMissed", CV_S1_NoNotifyAfterTheReleaseIsMissed},
      {"CV_S3_WaitReturnsWithTheLock", CV_S3_WaitReturnsWithTheLock},
      {"CV_S5_NotifyAllWakesEveryWaiter", CV_S5_NotifyAllWakesEveryWaiter},
      {"CV_S6_MayBeDestroyedOnceAllWereNotified", CV_S6_MayBeDestroyedOnceAllWereNotified},
      {"CV_L2_TwoNotifiesWakeTwoWaiters", CV_L2_TwoNotifiesWakeTwoWaiters},
      {"CV_TimedWaitReturnsAtItsDeadline", CV_TimedWaitReturnsAtItsDeadline},
  };
};

// The stronger contract of ours.
template <class Condition, class Mutex>
struct strong_condition_suite {
  using lock = std::unique_lock<Mutex>;
  using status = heddle::cv_status;

  // Waits in this thread, with the lock held; `next` runs in another, which gets the lock no sooner than this
  // thread waits.
  template <class Wait, class Next>
  static void wait_then(Mutex& m, Wait wait, Next next) {
    lock hold(m);
    std::thread thread(next);
    wait(hold);
    hold.unlock();
    thread.join();
  }

  static void CV_S2_NotifyWakesOnlyThoseThatWaitedBefore() {
    Mutex m;
    Condition c;
    wait_then(
        m, [&](lock& hold) { c.wait(hold); },  // no loop: it wakes for a reason only
        [&] {
          lock hold(m);
          c.notify_all();
          expect(c.wait_for(hold, short_time) == status::timeout);
        });
  }

  // Two wait, one of them not for long, and one notification comes. If the first got it, it passes it on; if
  // it reports a timeout, the notification must have gone to the other one, who would else wait for ever.
  static void CV_S4_TimedOutWaiterConsumesNoNotify() {
    Mutex m;
    Condition c;
    wait_then(
        m,
        [&](lock& hold) {
          if (c.wait_for(hold, short_time) == status::no_timeout) c.notify_one();
        },
        [&] {
          wait_then(
              m, [&](lock& hold) { c.wait(hold); },
              [&] {
                const lock hold(m);
                c.notify_one();
              });
        });
  }

  static void CV_S4_TimedOutSecondWaiterConsumesNoNotify() {
    Mutex m;
    Condition c;
    wait_then(
        m, [&](lock& hold) { c.wait(hold); },
        [&] {
          wait_then(
              m,
              [&](lock& hold) {
                if (c.wait_for(hold, short_time) == status::no_timeout) c.notify_one();
              },
              [&] {
                const lock hold(m);
                c.notify_one();
              });
        });
  }

  static void CV_L1_NotifyServesTheOneThatWaitsLongest() {
    Mutex m;
    Condition c;
    int woken = 0;
    wait_then(
        m,
        [&](lock& hold) {
          c.wait(hold);
          expect(++woken == 1);
          c.notify_one();
        },
        [&] {
          wait_then(
              m,
              [&](lock& hold) {
                c.wait(hold);
                expect(++woken == 2);
              },
              [&] {
                const lock hold(m);
                c.notify_one();
              });
        });
  }

  static void CV_S4_StoppedWaiterConsumesNoNotify() {
    Mutex m;
    Condition c;
    std::stop_source stop;
    bool ready = false;
    together(
        [&] {
          lock hold(m);
          const bool got = c.wait(hold, stop.get_token(), [&] { return ready; });
          expect(got == ready);
        },
        [&] { stop.request_stop(); });
  }

  static void CV_NotifyIsNotRemembered() {
    Mutex m;
    Condition c;
    c.notify_one();
    c.notify_all();
    lock hold(m);
    expect(c.wait_for(hold, short_time) == status::timeout);
    expect(c.wait_for(hold, std::chrono::seconds(0)) == status::timeout);
    expect(c.wait_for(hold, std::chrono::seconds(-1)) == status::timeout);
    c.notify_n(0);
  }

  static void CV_S6_MayBeDestroyedWhileATimedWaiterLeaves() {
    Mutex m;
    auto condition = std::make_unique<Condition>();
    wait_then(
        m, [&](lock& hold) { static_cast<void>(condition->wait_for(hold, short_time)); },
        [&] {
          {
            const lock hold(m);
            condition->notify_all();
          }
          condition.reset();
        });
  }

  // Two threads notify without the lock, at the same time: a waiter each.
  static void CV_L2_NotifiersAtTheSameTimeWakeOneEach() {
    Mutex m;
    Condition c;
    wait_then(
        m, [&](lock& hold) { c.wait(hold); },
        [&] {
          wait_then(
              m, [&](lock& hold) { c.wait(hold); },
              [&] {
                { const lock hold(m); }
                together([&] { c.notify_one(); }, [&] { c.notify_one(); });
              });
        });
  }

  // One notifies without the lock while another waiter comes, and one gives up: whoever waited before gets
  // it.
  static void CV_S2_ANewcomerDoesNotGetTheNotifyOfTheFirst() {
    Mutex m;
    Condition c;
    wait_then(
        m, [&](lock& hold) { c.wait(hold); },
        [&] {
          { const lock hold(m); }
          together([&] { c.notify_one(); },
                   [&] {
                     lock hold(m);
                     expect(c.wait_for(hold, short_time) == status::timeout);
                   });
        });
  }

  // Those that give up at the same time leave the others in their order.
  static void CV_S4_ManyMayGiveUpAtTheSameTime() {
    Mutex m;
    Condition c;
    int waiting = 0;
    const auto give_up = [&] {
      lock hold(m);
      ++waiting;
      static_cast<void>(c.wait_for(hold, short_time));
      --waiting;
    };
    together(give_up, give_up);
    wait_then(
        m, [&](lock& hold) { c.wait(hold); },
        [&] {
          const lock hold(m);
          c.notify_one();
        });
    expect(waiting == 0);
  }

  static void CV_WaitWithoutTheLockFails() {
    if (!heddle::misuse_checked) return;
    Mutex m;
    Condition c;
    lock hold(m, std::defer_lock);
    expect(throws<heddle::lock_error>([&] { c.wait(hold); }));
  }

  static constexpr scenario all[] = {
      {"CV_S2_NotifyWakesOnlyThoseThatWaitedBefore", CV_S2_NotifyWakesOnlyThoseThatWaitedBefore},
      {"CV_S4_TimedOutWaiterConsumesNoNotify", CV_S4_TimedOutWaiterConsumesNoNotify},
      {"CV_S4_TimedOutSecondWaiterConsumesNoNotify", CV_S4_TimedOutSecondWaiterConsumesNoNotify},
      {"CV_L1_NotifyServesTheOneThatWaitsLongest", CV_L1_NotifyServesTheOneThatWaitsLongest},
      {"CV_S4_StoppedWaiterConsumesNoNotify", CV_S4_StoppedWaiterConsumesNoNotify},
      {"CV_S6_MayBeDestroyedWhileATimedWaiterLeaves", CV_S6_MayBeDestroyedWhileATimedWaiterLeaves},
      {"CV_L2_NotifiersAtTheSameTimeWakeOneEach", CV_L2_NotifiersAtTheSameTimeWakeOneEach},
      {"CV_S2_ANewcomerDoesNotGetTheNotifyOfTheFirst", CV_S2_ANewcomerDoesNotGetTheNotifyOfTheFirst},
      {"CV_S4_ManyMayGiveUpAtTheSameTime", CV_S4_ManyMayGiveUpAtTheSameTime},
      {"CV_NotifyIsNotRemembered", CV_NotifyIsNotRemembered},
      {"CV_WaitWithoutTheLockFails", CV_WaitWithoutTheLockFails},
  };
};

// Those that are small enough to be explored with every lock at the level of its own atomics.
template <class Condition, class Mutex>
struct whole_condition_suite {
  using basic = condition_suite<Condition, Mutex>;
  using strong = strong_condition_suite<Condition, Mutex>;

  static constexpr scenario all[] = {
      {"CV_S1_NoNotifyAfterTheReleaseIsMissed", basic::CV_S1_NoNotifyAfterTheReleaseIsMissed},
      {"CV_S3_WaitReturnsWithTheLock", basic::CV_S3_WaitReturnsWithTheLock},
      {"CV_S6_MayBeDestroyedOnceAllWereNotified", basic::CV_S6_MayBeDestroyedOnceAllWereNotified},
      {"CV_S2_NotifyWakesOnlyThoseThatWaitedBefore", strong::CV_S2_NotifyWakesOnlyThoseThatWaitedBefore},
      {"CV_S4_StoppedWaiterConsumesNoNotify", strong::CV_S4_StoppedWaiterConsumesNoNotify},
      {"CV_WaitWithoutTheLockFails", strong::CV_WaitWithoutTheLockFails},
  };
};

}  // namespace suite
