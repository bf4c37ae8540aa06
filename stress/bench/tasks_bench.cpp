// Threads, futures, thread-specific values.
#include <pthread.h>
#include <tbb/enumerable_thread_specific.h>

#include <future>
#include <heddle/future.hpp>
#include <heddle/thread.hpp>
#include <heddle/thread_specific.hpp>
#include <thread>

#include "stress/bench/bench.hpp"

namespace {

static_assert(bench::no_larger<heddle::thread, std::jthread>);
static_assert(bench::no_larger<heddle::future<int>, std::future<int>>);
static_assert(bench::no_larger<heddle::promise<int>, std::promise<int>>);

template <class Promise>
void set_and_get(benchmark::State& state) {
  for (auto _ : state) {
    Promise promise;
    auto future = promise.get_future();
    promise.set_value(1);
    benchmark::DoNotOptimize(future.get());
  }
}

template <class Thread>
void start_and_join(benchmark::State& state) {
  for (auto _ : state) {
    Thread thread([] {});
    thread.join();
  }
}

void heddle_specific(benchmark::State& state) {
  static heddle::thread_specific<long> value;
  value.set(0);
  for (auto _ : state) benchmark::DoNotOptimize(++value.local());
}
// Constructed at first use in a thread, as a thread_specific is.
struct counter {
  counter() : value(std::this_thread::get_id() == std::thread::id() ? 1 : 0) {}
  ~counter() { benchmark::DoNotOptimize(value); }
  long value;
};
void language_specific(benchmark::State& state) {
  static thread_local counter value;
  for (auto _ : state) benchmark::DoNotOptimize(++value.value);
}

void tbb_specific(benchmark::State& state) {
  static tbb::enumerable_thread_specific<long> value(0);
  for (auto _ : state) benchmark::DoNotOptimize(++value.local());
}
void posix_specific(benchmark::State& state) {
  static pthread_key_t key;
  pthread_key_create(&key, nullptr);
  long value = 0;
  pthread_setspecific(key, &value);
  for (auto _ : state) benchmark::DoNotOptimize(++*static_cast<long*>(pthread_getspecific(key)));
  pthread_key_delete(key);
}

const bool added = [] {
  using bench::add;
  add("future/heddle::promise", set_and_get<heddle::promise<int>>, 1);
  add("future/std::promise", set_and_get<std::promise<int>>, 1);
  add("thread/heddle::thread", start_and_join<heddle::thread>, 1);
  add("thread/std::thread", start_and_join<std::thread>, 1);
  add("thread/std::jthread", start_and_join<std::jthread>, 1);
  add("specific/heddle::thread_specific", heddle_specific, 1);
  add("specific/tbb::enumerable_thread_specific", tbb_specific, 1);
  add("specific/pthread_getspecific", posix_specific, 1);
  add("specific/(thread_local)", language_specific, 1);
  return true;
}();

}  // namespace
