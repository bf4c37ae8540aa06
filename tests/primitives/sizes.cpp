// Each primitive used by so many threads so often: what sizes.py makes larger until a minute does not explore
// it. usage: PRIMITIVE THREADS ROUNDS. Threads count the main one.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <heddle/blocking_queue.hpp>
#include <heddle/check.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/event.hpp>
#include <heddle/event_scheduler.hpp>
#include <heddle/fair_mutex.hpp>
#include <heddle/future.hpp>
#include <heddle/latch.hpp>
#include <heddle/mpmc_ring.hpp>
#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/spsc_ring.hpp>
#include <heddle/thread.hpp>
#include <heddle/thread_pool_executor.hpp>
#include <heddle/thread_specific.hpp>
#include <heddle/timer.hpp>
#include <heddle/unowned_mutex.hpp>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "tests/primitives/suite/modular.hpp"

namespace {

using heddle::expect;
using suite::modular;

// body(i) for i below `threads` at the same time, the last one in the calling thread.
template <class Body>
void together(int threads, Body body) {
  std::vector<std::thread> others;
  for (int i = 0; i + 1 < threads; ++i) others.emplace_back([&body, i] { body(i); });
  body(threads - 1);
  for (std::thread& other : others) other.join();
}

template <class Lock>
void lock(int threads, int rounds) {
  Lock l;
  int inside = 0;
  together(threads, [&](int) {
    for (int i = 0; i < rounds; ++i) {
      const std::lock_guard hold(l);
      expect(++inside == 1);
      --inside;
    }
  });
}

void recursive(int threads, int rounds) {
  heddle::recursive_mutex l;
  int inside = 0;
  together(threads, [&](int) {
    for (int i = 0; i < rounds; ++i) {
      const std::lock_guard outer(l);
      const std::lock_guard inner(l);
      expect(++inside == 1);
      --inside;
    }
  });
}

// One writer.
void shared(int threads, int rounds) {
  heddle::shared_mutex l;
  int data = 0;
  together(threads, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      if (i == 0) {
        const std::lock_guard hold(l);
        ++data;
      } else {
        const std::shared_lock hold(l);
        expect(data <= rounds);
      }
    }
  });
}

// Everybody but one waits for an item, so often.
void condition(int threads, int rounds) {
  std::mutex l;
  heddle::condition_variable_any changed;
  int items = 0;
  together(threads, [&](int i) {
    const int turns = i == 0 ? rounds * (threads - 1) : rounds;
    for (int turn = 0; turn < turns; ++turn) {
      std::unique_lock held(l);
      if (i == 0) {
        ++items;
        changed.notify_one();
      } else {
        changed.wait(held, [&] { return items > 0; });
        --items;
      }
    }
  });
  expect(items == 0);
}

template <class Semaphore, int Permits>
void semaphore(int threads, int rounds) {
  Semaphore s(Permits);
  std::atomic<int> inside{0};
  together(threads, [&](int) {
    for (int i = 0; i < rounds; ++i) {
      s.acquire();
      expect(inside.fetch_add(1, std::memory_order_relaxed) < Permits);
      inside.fetch_sub(1, std::memory_order_relaxed);
      s.release();
    }
  });
}

void event(int threads, int rounds) {
  std::vector<heddle::event> events(static_cast<std::size_t>(rounds));
  int data = 0;
  together(threads, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      auto& e = events[static_cast<std::size_t>(round)];
      if (i != 0) {
        e.wait();
        expect(data > round);
      } else {
        if (round > 0) continue;
        data = rounds;
        for (auto& one : events) one.set();
      }
    }
  });
}

// A token goes around, so often.
void auto_reset_event(int threads, int rounds) {
  std::vector<heddle::auto_reset_event> turns(static_cast<std::size_t>(threads));
  int passed = 0;
  together(threads, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      if (i != 0 || round != 0) turns[static_cast<std::size_t>(i)].wait();
      expect(++passed == round * threads + i + 1);
      turns[static_cast<std::size_t>((i + 1) % threads)].set();
    }
  });
}

void latch(int threads, int /*rounds*/) {
  heddle::latch down(threads);
  std::atomic<int> arrived{0};
  together(threads, [&](int) {
    arrived.fetch_add(1, std::memory_order_relaxed);
    down.arrive_and_wait();
    expect(arrived.load(std::memory_order_relaxed) == threads);
  });
}

void barrier(int threads, int rounds) {
  heddle::basic_cyclic_barrier<modular> b(static_cast<std::size_t>(threads));
  std::atomic<int> arrived{0};
  together(threads, [&](int) {
    for (int round = 1; round <= rounds; ++round) {
      arrived.fetch_add(1, std::memory_order_relaxed);
      expect(b.arrive_and_wait().has_value());
      expect(arrived.load(std::memory_order_relaxed) >= round * threads);
    }
  });
}

// Room for one element; the first thread takes what the others push.
void blocking_queue(int threads, int rounds) {
  heddle::basic_blocking_queue<int, heddle::fifo_order<int>, modular> q(1);
  together(threads, [&](int i) {
    for (int turn = 0; turn < (i == 0 ? rounds * (threads - 1) : rounds); ++turn) {
      if (i == 0) {
        expect(q.pop().has_value());
      } else {
        expect(q.push(i).has_value());
      }
    }
  });
}

void concurrent_queue(int threads, int rounds) {
  heddle::basic_concurrent_queue<int, modular> q;
  together(threads, [&](int i) {
    for (int turn = 0; turn < (i == 0 ? rounds * (threads - 1) : rounds); ++turn) {
      if (i == 0) {
        expect(q.pop() > 0);
      } else {
        q.push(i);
      }
    }
  });
}

void spsc_ring(int /*threads*/, int rounds) {
  heddle::spsc_ring<int, 2> ring;
  int popped = 0;
  together(2, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      if (i != 0) {
        static_cast<void>(ring.try_push(round));
      } else if (const auto got = ring.try_pop()) {
        expect(*got >= popped++);
      }
    }
  });
}

void mpmc_ring(int threads, int rounds) {
  heddle::mpmc_ring<int, 2, std::uint8_t> ring;
  std::atomic<int> balance{0};
  together(threads, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      if (i != 0) {
        if (ring.try_push(i)) balance.fetch_add(1, std::memory_order_relaxed);
      } else if (ring.try_pop()) {
        balance.fetch_sub(1, std::memory_order_relaxed);
      }
    }
  });
  while (ring.try_pop()) balance.fetch_sub(1, std::memory_order_relaxed);
  expect(balance.load() == 0);
}

void future(int threads, int /*rounds*/) {
  heddle::basic_promise<int, modular> promise;
  const auto result = promise.get_future();
  together(threads, [&](int i) {
    if (i == 0) {
      promise.set_value(7);
    } else {
      expect(result.get() == 7);
    }
  });
}

// The main thread submits to the others.
void executor(int threads, int rounds) {
  std::atomic<int> runs{0};
  {
    heddle::basic_thread_pool_executor<modular> e(static_cast<std::size_t>(threads - 1));
    for (int i = 0; i < rounds; ++i) e.submit([&] { runs.fetch_add(1, std::memory_order_relaxed); });
  }
  expect(runs.load() == rounds);
}

void thread(int threads, int /*rounds*/) {
  int data = 0;
  heddle::basic_thread<modular> t([&] { data = 1; });
  together(threads - 1, [&](int) {
    t.join();
    expect(data == 1);
  });
}

void thread_specific(int threads, int rounds) {
  heddle::basic_thread_specific<int, modular> value;
  together(threads, [&](int) {
    for (int round = 1; round <= rounds; ++round) expect(++value.local() == round);
  });
}

// So many timers, each of which is cancelled.
void timer(int threads, int /*rounds*/) {
  std::atomic<int> calls{0};
  int never = 0;
  {
    std::vector<std::unique_ptr<heddle::basic_timer<modular>>> timers;
    for (int i = 0; i + 1 < threads; ++i) {
      timers.push_back(
          std::make_unique<heddle::basic_timer<modular>>(std::chrono::microseconds(50), [&] { ++calls; }));
      timers.back()->start();
    }
    for (const auto& one : timers) never += one->cancel() ? 1 : 0;
  }
  expect(calls + never == threads - 1);
}

void event_scheduler(int threads, int rounds) {
  heddle::basic_event_scheduler<modular> s;
  std::atomic<int> runs{0};
  together(threads, [&](int) {
    for (int i = 0; i < rounds; ++i) s.enter_after(std::chrono::microseconds(50), 0, [&] { ++runs; });
    s.run();
  });
  expect(runs == threads * rounds);
}

constexpr std::ptrdiff_t all_permits = heddle::core::permits<heddle::sys::threads>::permits_max;

struct program {
  const char* name;
  void (*body)(int threads, int rounds);
};
constexpr program programs[] = {
    {"mutex", lock<heddle::mutex>},
    {"unowned_mutex", lock<heddle::unowned_mutex>},
    {"recursive_mutex", recursive},
    {"fair_mutex", lock<heddle::basic_fair_mutex<modular>>},
    {"shared_mutex", shared},
    {"condition_variable", condition},
    {"counting_semaphore", semaphore<heddle::counting_semaphore<all_permits>, 2>},
    {"binary_semaphore", semaphore<heddle::binary_semaphore, 1>},
    {"bounded_semaphore", semaphore<heddle::bounded_semaphore, 1>},
    {"event", event},
    {"auto_reset_event", auto_reset_event},
    {"latch", latch},
    {"cyclic_barrier", barrier},
    {"blocking_queue", blocking_queue},
    {"concurrent_queue", concurrent_queue},
    {"spsc_ring", spsc_ring},
    {"mpmc_ring", mpmc_ring},
    {"future", future},
    {"thread_pool_executor", executor},
    {"thread", thread},
    {"thread_specific", thread_specific},
    {"timer", timer},
    {"event_scheduler", event_scheduler},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4)
    for (const program& one : programs)
      if (std::strcmp(one.name, argv[1]) == 0) {
        one.body(std::atoi(argv[2]), std::atoi(argv[3]));
        return 0;
      }
  std::fprintf(stderr, "usage: %s PRIMITIVE THREADS ROUNDS\n", argv[0]);
  return 2;
}
