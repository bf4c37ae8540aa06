// What is expected of thread-specific values and of raw threads.
#pragma once

#include <atomic>
#include <heddle/errors.hpp>
#include <heddle/event.hpp>
#include <heddle/raw_thread.hpp>
#include <heddle/thread.hpp>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>

#include "tests/primitives/suite/scenario.hpp"

namespace suite {

// Counts its lives.
struct counted_value {
  explicit counted_value(std::atomic<int>& made_count, std::atomic<int>& destroyed_count)
      : made(&made_count), destroyed(&destroyed_count) {
    made->fetch_add(1, std::memory_order_relaxed);
  }
  counted_value(counted_value&& other) noexcept
      : made(other.made), destroyed(std::exchange(other.destroyed, nullptr)) {}
  counted_value& operator=(counted_value&&) = delete;
  ~counted_value() {
    if (destroyed != nullptr) destroyed->fetch_add(1, std::memory_order_relaxed);
  }
  std::atomic<int>* made;
  std::atomic<int>* destroyed;
};

// Specific<T> is a thread_specific<T>.
template <template <class> class Specific>
struct specific_suite {
  static void TL_S1_EveryThreadSeesItsOwnValue() {
    Specific<int> value;
    value.set(1);
    const auto use = [&](int mine) {
      expect(value.get() == nullptr);
      value.set(mine);
      expect(*value.get() == mine);
    };
    together([&] { use(2); }, [&] { use(3); }, [] {});
    expect(*value.get() == 1);
    value.reset();
    expect(value.get() == nullptr);
  }

  static void TL_S2_TheInitialiserRunsOnceForEachThread() {
    std::atomic<int> made{0};
    std::atomic<int> destroyed{0};
    Specific<counted_value> value([&] { return counted_value(made, destroyed); });
    const auto use = [&] {
      static_cast<void>(value.local());
      static_cast<void>(value.local());
    };
    together(use, use, [] {});
    expect(made == 2);
    expect(destroyed == 2);
  }

  static void TL_S3_AValueIsDestroyedOnceWhenThreadAndObjectEndTogether() {
    std::atomic<int> made{0};
    std::atomic<int> destroyed{0};
    auto value = std::make_unique<Specific<counted_value>>([&] { return counted_value(made, destroyed); });
    std::atomic<bool> used{false};
    together(
        [&] {
          static_cast<void>(value->local());
          used.store(true, std::memory_order_release);
        },
        [&] {
          while (!used.load(std::memory_order_acquire)) std::this_thread::yield();
          value.reset();
        });
    expect(made == 1);
    expect(destroyed == 1);
  }

  static void TL_S4_ANewObjectHasNoOldValues() {
    std::optional<Specific<int>> first(std::in_place);
    first->set(1);
    first.reset();
    Specific<int> second;
    expect(second.get() == nullptr);
    expect(second.local() == 0);
  }

  static void TL_S1_AllValuesCanBeVisited() {
    Specific<int> value;
    std::atomic<int> ready{0};
    value.set(1);
    together(
        [&] {
          value.set(2);
          ready.store(1, std::memory_order_release);
          while (ready.load(std::memory_order_acquire) != 2) std::this_thread::yield();
        },
        [&] {
          while (ready.load(std::memory_order_acquire) != 1) std::this_thread::yield();
          int sum = 0;
          value.for_each([&](int each) { sum += each; });
          expect(sum == 3);
          ready.store(2, std::memory_order_release);
        });
  }

  // The destructor of a value makes another value.
  struct heir {
    Specific<int>* other = nullptr;
    heir() = default;
    heir(heir&& from) noexcept : other(std::exchange(from.other, nullptr)) {}
    heir& operator=(heir&& from) noexcept {
      other = std::exchange(from.other, nullptr);
      return *this;
    }
    ~heir() {
      if (other != nullptr) other->set(1);
    }
  };
  static void TL_L1_AThreadEndsAlthoughADestructorMakesAValue() {
    Specific<int> first;
    Specific<heir> second;
    together([&] { second.local().other = &first; }, [] {});
    expect(first.get() == nullptr);
  }

  static constexpr scenario all[] = {
      {"TL_S1_EveryThreadSeesItsOwnValue", TL_S1_EveryThreadSeesItsOwnValue},
      {"TL_S1_AllValuesCanBeVisited", TL_S1_AllValuesCanBeVisited},
      {"TL_S2_TheInitialiserRunsOnceForEachThread", TL_S2_TheInitialiserRunsOnceForEachThread},
      {"TL_S3_AValueIsDestroyedOnceWhenThreadAndObjectEndTogether",
       TL_S3_AValueIsDestroyedOnceWhenThreadAndObjectEndTogether},
      {"TL_S4_ANewObjectHasNoOldValues", TL_S4_ANewObjectHasNoOldValues},
      {"TL_L1_AThreadEndsAlthoughADestructorMakesAValue", TL_L1_AThreadEndsAlthoughADestructorMakesAValue},
  };
};

template <class Handle>
struct raw_suite {
  static void RT_S1_TheLiveCountIsStartedMinusEnded() {
    heddle::event go;
    Handle t = heddle::raw::start([&] { go.wait(); });
    expect(heddle::raw::live_count() == 1);
    go.set();
    t.join();
    expect(heddle::raw::live_count() == 0);
    expect(t.is_done());
    t.join();
  }

  static void RT_S2_TheStackIsAtLeastAsAsked() {
    expect(throws<heddle::lock_error>([] { heddle::raw::stack_bytes(1); }));
    const std::size_t before = heddle::raw::stack_bytes(1 << 20);
    heddle::raw::start([] {
      volatile char much[1 << 19];
      much[0] = 1;
      expect(much[0] == 1);
    }).join();
    expect(heddle::raw::stack_bytes(before) == 1 << 20);
  }

  static void RT_S3_AnInterruptIsTakenOnce() {
    int data = 0;
    together(
        [&] {
          data = 1;
          heddle::raw::interrupt_main();
        },
        [&] {
          if (heddle::raw::take_interrupt()) {
            expect(data == 1);
            heddle::raw::interrupt_main();
          }
        });
    expect(heddle::raw::take_interrupt());
    expect(!heddle::raw::take_interrupt());
  }

  static void RT_L1_ExitUnwinds() {
    bool unwound = false;
    heddle::raw::start([&] {
      struct notes {
        bool& at;
        ~notes() { at = true; }
      } const note{unwound};
      heddle::raw::exit();
    }).join();
    expect(unwound);
  }

  static void RT_JoiningOneselfFailsAlsoWhileOthersJoin() {
    heddle::event known;
    std::optional<Handle> handle;
    bool failed = false;
    handle.emplace(heddle::raw::start([&] {
      known.wait();
      failed = throws<heddle::lock_error>([&] { handle->join(); });
    }));
    known.set();
    handle->join();
    expect(failed);
  }

  static constexpr scenario all[] = {
      {"RT_S1_TheLiveCountIsStartedMinusEnded", RT_S1_TheLiveCountIsStartedMinusEnded},
      {"RT_S2_TheStackIsAtLeastAsAsked", RT_S2_TheStackIsAtLeastAsAsked},
      {"RT_S3_AnInterruptIsTakenOnce", RT_S3_AnInterruptIsTakenOnce},
      {"RT_L1_ExitUnwinds", RT_L1_ExitUnwinds},
      {"RT_JoiningOneselfFailsAlsoWhileOthersJoin", RT_JoiningOneselfFailsAlsoWhileOthersJoin},
  };
};

}  // namespace suite
