// Locks: a critical section that increments a counter, by 1, 2 and 4 threads.
#include <absl/synchronization/mutex.h>

#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/unowned_mutex.hpp>
#include <mutex>
#include <shared_mutex>

#include "stress/bench/bench.hpp"

namespace {

static_assert(bench::no_larger<heddle::mutex, std::mutex, absl::Mutex>);
static_assert(bench::no_larger<heddle::unowned_mutex, std::mutex, absl::Mutex>);
static_assert(bench::no_larger<heddle::recursive_mutex, std::recursive_mutex>);
static_assert(bench::no_larger<heddle::shared_mutex, std::shared_mutex, absl::Mutex>);

// absl::Mutex with the names of the standard.
class absl_mutex {
 public:
  void lock() { mutex_.Lock(); }
  void unlock() { mutex_.Unlock(); }
  void lock_shared() { mutex_.ReaderLock(); }
  void unlock_shared() { mutex_.ReaderUnlock(); }

 private:
  absl::Mutex mutex_;
};

template <class Mutex>
struct guarded {
  alignas(64) Mutex lock;
  long counter = 0;
};

template <class Mutex>
void section(benchmark::State& state) {
  static guarded<Mutex> shared;
  for (auto _ : state) {
    shared.lock.lock();
    benchmark::DoNotOptimize(++shared.counter);
    shared.lock.unlock();
  }
}

template <class Mutex>
void nested(benchmark::State& state) {
  static guarded<Mutex> shared;
  for (auto _ : state) {
    shared.lock.lock();
    shared.lock.lock();
    benchmark::DoNotOptimize(++shared.counter);
    shared.lock.unlock();
    shared.lock.unlock();
  }
}

template <class Mutex>
void reading(benchmark::State& state) {
  static guarded<Mutex> shared;
  for (auto _ : state) {
    shared.lock.lock_shared();
    benchmark::DoNotOptimize(shared.counter);
    shared.lock.unlock_shared();
  }
}

// One write in 16.
template <class Mutex>
void mostly_reading(benchmark::State& state) {
  static guarded<Mutex> shared;
  unsigned turn = 0;
  for (auto _ : state) {
    if (++turn % 16 == 0) {
      shared.lock.lock();
      benchmark::DoNotOptimize(++shared.counter);
      shared.lock.unlock();
    } else {
      shared.lock.lock_shared();
      benchmark::DoNotOptimize(shared.counter);
      shared.lock.unlock_shared();
    }
  }
}

const bool added = [] {
  using bench::add;
  add("mutex/heddle::mutex", section<heddle::mutex>, 1, 2, 4);
  add("mutex/heddle::unowned_mutex", section<heddle::unowned_mutex>, 1, 2, 4);
  add("mutex/std::mutex", section<std::mutex>, 1, 2, 4);
  add("mutex/absl::Mutex", section<absl_mutex>, 1, 2, 4);
  add("recursive/heddle::recursive_mutex", nested<heddle::recursive_mutex>, 1, 2, 4);
  add("recursive/std::recursive_mutex", nested<std::recursive_mutex>, 1, 2, 4);
  add("read/heddle::shared_mutex", reading<heddle::shared_mutex>, 1, 2, 4);
  add("read/std::shared_mutex", reading<std::shared_mutex>, 1, 2, 4);
  add("read/absl::Mutex", reading<absl_mutex>, 1, 2, 4);
  add("read_write/heddle::shared_mutex", mostly_reading<heddle::shared_mutex>, 1, 2, 4);
  add("read_write/std::shared_mutex", mostly_reading<std::shared_mutex>, 1, 2, 4);
  add("read_write/absl::Mutex", mostly_reading<absl_mutex>, 1, 2, 4);
  return true;
}();

}  // namespace
