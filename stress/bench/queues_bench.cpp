// Queues and rings: every thread pushes an element and pops one; for one producer and one consumer, one each.
#include <concurrentqueue/blockingconcurrentqueue.h>
#include <concurrentqueue/concurrentqueue.h>
#include <tbb/concurrent_queue.h>

#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <heddle/blocking_queue.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/mpmc_ring.hpp>
#include <heddle/spsc_ring.hpp>
#include <mutex>
#include <thread>

#include "stress/bench/bench.hpp"

namespace {

constexpr std::size_t capacity = 1024;
using item = std::uint64_t;

struct heddle_bounded {
  void push(item i) { static_cast<void>(queue.push(i)); }
  item pop() { return *queue.pop(); }
  heddle::blocking_queue<item> queue{capacity};
};
struct tbb_bounded {
  tbb_bounded() { queue.set_capacity(capacity); }
  void push(item i) { queue.push(i); }
  item pop() {
    item out = 0;
    queue.pop(out);
    return out;
  }
  tbb::concurrent_bounded_queue<item> queue;
};
// What one writes by hand.
struct deque_with_conditions {
  void push(item i) {
    std::unique_lock held(lock);
    not_full.wait(held, [&] { return items.size() < capacity; });
    items.push_back(i);
    not_empty.notify_one();
  }
  item pop() {
    std::unique_lock held(lock);
    not_empty.wait(held, [&] { return !items.empty(); });
    const item out = items.front();
    items.pop_front();
    not_full.notify_one();
    return out;
  }
  std::mutex lock;
  std::condition_variable not_full;
  std::condition_variable not_empty;
  std::deque<item> items;
};
static_assert(bench::no_larger<heddle::blocking_queue<item>, deque_with_conditions>);
static_assert(bench::no_larger<heddle::concurrent_queue<item>, moodycamel::BlockingConcurrentQueue<item>>);
struct heddle_unbounded {
  void push(item i) { queue.push(i); }
  item pop() { return queue.pop(); }
  heddle::concurrent_queue<item> queue;
};
struct moodycamel_blocking {
  void push(item i) { queue.enqueue(i); }
  item pop() {
    item out = 0;
    queue.wait_dequeue(out);
    return out;
  }
  moodycamel::BlockingConcurrentQueue<item> queue;
};

// Without waiting: try until it works.
struct heddle_ring {
  bool push(item i) { return queue.try_push(i); }
  bool pop(item& out) {
    const auto got = queue.try_pop();
    if (got) out = *got;
    return got.has_value();
  }
  heddle::mpmc_ring<item, capacity> queue;
};
struct boost_queue {
  bool push(item i) { return queue.bounded_push(i); }
  bool pop(item& out) { return queue.pop(out); }
  boost::lockfree::queue<item, boost::lockfree::capacity<capacity>> queue;
};
struct moodycamel_queue {
  bool push(item i) { return queue.try_enqueue(i); }
  bool pop(item& out) { return queue.try_dequeue(out); }
  moodycamel::ConcurrentQueue<item> queue{4 * capacity};
};
struct heddle_single {
  bool push(item i) { return queue.try_push(i); }
  bool pop(item& out) {
    const auto got = queue.try_pop();
    if (got) out = *got;
    return got.has_value();
  }
  heddle::spsc_ring<item, capacity> queue;
};
struct boost_single {
  bool push(item i) { return queue.push(i); }
  bool pop(item& out) { return queue.pop(out); }
  boost::lockfree::spsc_queue<item, boost::lockfree::capacity<capacity>> queue;
};

template <class Queue>
void push_and_pop(benchmark::State& state) {
  alignas(64) static Queue queue;
  item i = 0;
  for (auto _ : state) {
    queue.push(++i);
    benchmark::DoNotOptimize(queue.pop());
  }
}

template <class Queue>
void try_push_and_pop(benchmark::State& state) {
  alignas(64) static Queue queue;
  item i = 0;
  for (auto _ : state) {
    while (!queue.push(++i)) std::this_thread::yield();
    while (!queue.pop(i)) std::this_thread::yield();
    benchmark::DoNotOptimize(i);
  }
}

// Thread 0 pushes, thread 1 pops.
template <class Queue>
void through(benchmark::State& state) {
  alignas(64) static Queue queue;
  item i = 0;
  if (state.thread_index() == 0) {
    for (auto _ : state)
      while (!queue.push(++i)) std::this_thread::yield();
  } else {
    for (auto _ : state) {
      while (!queue.pop(i)) std::this_thread::yield();
      benchmark::DoNotOptimize(i);
    }
  }
}

const bool added = [] {
  using bench::add;
  add("bounded_queue/heddle::blocking_queue", push_and_pop<heddle_bounded>, 1, 2, 4);
  add("bounded_queue/tbb::concurrent_bounded_queue", push_and_pop<tbb_bounded>, 1, 2, 4);
  add("bounded_queue/mutex_conditions_deque", push_and_pop<deque_with_conditions>, 1, 2, 4);
  add("unbounded_queue/heddle::concurrent_queue", push_and_pop<heddle_unbounded>, 1, 2, 4);
  add("unbounded_queue/moodycamel::BlockingConcurrentQueue", push_and_pop<moodycamel_blocking>, 1, 2, 4);
  add("ring/heddle::mpmc_ring", try_push_and_pop<heddle_ring>, 1, 2, 4);
  add("ring/boost::lockfree::queue", try_push_and_pop<boost_queue>, 1, 2, 4);
  add("ring/moodycamel::ConcurrentQueue", try_push_and_pop<moodycamel_queue>, 1, 2, 4);
  add("single_ring/heddle::spsc_ring", through<heddle_single>, 2);
  add("single_ring/boost::lockfree::spsc_queue", through<boost_single>, 2);
  return true;
}();

}  // namespace
