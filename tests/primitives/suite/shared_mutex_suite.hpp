// What is expected of a reader-writer lock, besides what is expected of a mutex.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>
#include <shared_mutex>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

template <class Mutex>
struct shared_mutex_suite {
  static void SX_S1_WritersExcludeEveryone() {
    Mutex m;
    int data = 0;
    const auto write = [&] {
      const std::lock_guard hold(m);
      ++data;
    };
    together(write, write, [&] {
      const std::shared_lock hold(m);
      expect(data >= 0 && data <= 2);
    });
    expect(data == 2);
  }

  static void SX_S2_ReadersShare() {
    Mutex m;
    m.lock_shared();
    together(
        [&] {
          expect(m.try_lock_shared());
          expect(!m.try_lock());
          m.unlock_shared();
        },
        [] {});
    m.unlock_shared();
    expect(m.try_lock());
    together([&] { expect(!m.try_lock_shared()); }, [] {});
    m.unlock();
  }

  static void SX_S3_WriterSeesThatReadersHaveRead() {
    Mutex m;
    int data = 0;
    const auto read = [&] {
      const std::shared_lock hold(m);
      expect(data == 0 || data == 1);
    };
    together(read, read, [&] {
      const std::lock_guard hold(m);
      data = 1;
    });
  }

  static void SX_S3_OneReaderAndOneWriterSeeEachOther() {
    Mutex m;
    int data = 0;
    together(
        [&] {
          const std::shared_lock hold(m);
          expect(data == 0 || data == 1);
        },
        [&] {
          const std::lock_guard hold(m);
          data = 1;
        });
  }

  static void SX_S5_MayBeDestroyedByTheLastUser() {
    auto* m = new Mutex;
    m->lock_shared();
    together([m] { m->unlock_shared(); },
             [m] {
               m->lock();
               m->unlock();
               delete m;
             });
  }

  // A writer that gave up must let in the readers it kept out.
  static void SX_L1_AWriterThatGivesUpLetsReadersIn() {
    Mutex m;
    m.lock_shared();
    together(
        [&] {
          if (m.try_lock_for(short_time)) m.unlock();
        },
        [&] {
          m.lock_shared();  // while this thread reads, another may
          m.unlock_shared();
          m.unlock_shared();
        });
  }

  static void SX_L1_EveryWaiterGetsIn() {
    Mutex m;
    m.lock();
    together(
        [&] {
          m.lock_shared();
          m.unlock_shared();
        },
        [&] {
          m.lock();
          m.unlock();
        },
        [&] { m.unlock(); });
  }

  static void SX_L3_TimedWaitersReturn() {
    Mutex m;
    m.lock_shared();
    together(
        [&] {
          expect(!m.try_lock_for(short_time));
          expect(m.try_lock_shared_for(std::chrono::seconds(0)));
          m.unlock_shared();
        },
        [] {});
    m.unlock_shared();
    m.lock();
    together(
        [&] {
          expect(!m.try_lock_shared_for(short_time));
          expect(!m.try_lock_shared_until(std::chrono::steady_clock::now() + short_time));
        },
        [] {});
    m.unlock();
    expect(m.try_lock());
    m.unlock();
  }

  static constexpr scenario all[] = {
      {"SX_S1_WritersExcludeEveryone", SX_S1_WritersExcludeEveryone},
      {"SX_S2_ReadersShare", SX_S2_ReadersShare},
      {"SX_S3_WriterSeesThatReadersHaveRead", SX_S3_WriterSeesThatReadersHaveRead},
      {"SX_S3_OneReaderAndOneWriterSeeEachOther", SX_S3_OneReaderAndOneWriterSeeEachOther},
      {"SX_S5_MayBeDestroyedByTheLastUser", SX_S5_MayBeDestroyedByTheLastUser},
      {"SX_L1_AWriterThatGivesUpLetsReadersIn", SX_L1_AWriterThatGivesUpLetsReadersIn},
      {"SX_L1_EveryWaiterGetsIn", SX_L1_EveryWaiterGetsIn},
      {"SX_L3_TimedWaitersReturn", SX_L3_TimedWaitersReturn},
  };
};

}  // namespace suite
