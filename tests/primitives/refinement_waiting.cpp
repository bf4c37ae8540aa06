// Conditions, barriers, latches and threads.
#include <atomic>
#include <heddle/condition_variable.hpp>
#include <heddle/cyclic_barrier.hpp>
#include <heddle/latch.hpp>
#include <heddle/thread.hpp>

#include "primitives/model/tasks.hpp"
#include "primitives/model/waiting.hpp"
#include "tests/primitives/refinement.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace {

using namespace refinement;

// The queue inside conditions, whose waiters give up as soon as they may.
TEST(Refinement, WaitQueue) {
  using heddle::model::condition;
  using queue = heddle::core::wait_queue<heddle::sys::threads>;
  using spec = atomically<condition>;
  const vocabulary<queue, spec> words = {
      {[](queue& q, int) {
         queue::node me;
         q.push(me);
         const bool selected = me.sleep(0) == heddle::core::wait_end::selected;
         if (!selected) q.remove(me);
         return selected ? 1 : 0;
       },
       [](queue& q, int) { return q.take(1).answer(), 0; },
       [](queue& q, int) { return q.take(2).answer(), 0; },
       [](queue& q, int) { return q.take(1).answer(), 0; }},
      {[](spec& s, int t) {
         s.now([t](condition& c) { return c.wait(t), 0; });
         return s.now([t](condition& c) {
           const bool selected = c.can_return(t);
           c.leave(t);
           return selected ? 1 : 0;
         });
       },
       [](spec& s, int) { return s.now([](condition& c) { return c.notify(1), 0; }); },
       [](spec& s, int) { return s.now([](condition& c) { return c.notify(2), 0; }); },
       [](spec& s, int) { return s.now([](condition& c) { return c.notify(1), 0; }); }}};
  expect_refinement(words, 24, main_thread::helps, 1);
}

// Every thread that has waited adds a digit under the lock: who returned first is seen.
TEST(Refinement, Condition) {
  using heddle::model::condition;
  struct object {
    std::mutex lock;
    heddle::basic_condition_variable_any<suite::modular> changed;
    int digits = 0;
  };
  struct spec {
    std::mutex lock;
    atomically<condition> changed;
    int digits = 0;
    int notify(std::size_t count) {
      return changed.now([count](condition& c) { return c.notify(count), 0; });
    }
  };
  const vocabulary<object, spec> words = {
      {[](object& o, int t) {
         std::unique_lock held(o.lock);
         const bool notified = o.changed.wait_for(held, 1us) == heddle::cv_status::no_timeout;
         o.digits = o.digits * 10 + t;
         return notified ? o.digits : -o.digits;
       },
       [](object& o, int) { return o.changed.notify_one(), 0; },
       [](object& o, int) {
         const std::lock_guard held(o.lock);
         return o.changed.notify_one(), 0;
       },
       [](object& o, int) { return o.changed.notify_all(), 0; },
       [](object& o, int) { return o.changed.notify_n(2), 0; }},
      {[](spec& o, int t) {
         std::unique_lock held(o.lock);
         o.changed.now([t](condition& c) { return c.wait(t), 0; });
         held.unlock();
         const bool notified = o.changed.now([t](condition& c) {
           const bool chosen = c.can_return(t);
           c.leave(t);  // at the deadline, if it was not chosen
           return chosen;
         });
         held.lock();
         o.digits = o.digits * 10 + t;
         return notified ? o.digits : -o.digits;
       },
       [](spec& o, int) { return o.notify(1); },
       [](spec& o, int) {
         const std::lock_guard held(o.lock);
         return o.notify(1);
       },
       [](spec& o, int) { return o.notify(~std::size_t{0}); }, [](spec& o, int) { return o.notify(2); }}};
  expect_refinement(words, 13, main_thread::helps);
}

TEST(Refinement, CyclicBarrier) {
  struct object {
    heddle::basic_cyclic_barrier<suite::modular> barrier{2};
  };
  using heddle::model::cyclic_barrier;
  struct spec {
    atomically<cyclic_barrier> barrier{cyclic_barrier{2, 0, 0, false, {}}};
  };
  const auto meet = [](object& o, int) {
    const auto arrived = o.barrier.arrive_and_wait_for(1us);
    return arrived ? static_cast<int>(*arrived) : -1;
  };
  const auto meet_in_spec = [](spec& o, int) {
    std::size_t index = 0;
    std::size_t mine = 0;
    const bool refused = o.barrier.now([&](cyclic_barrier& b) {
      if (b.broken) return true;
      mine = b.generation;
      index = b.arrive();
      return false;
    });
    if (refused) return -1;
    return o.barrier.now([&](cyclic_barrier& b) {
      if (!b.can_return(mine)) b.fail(true);  // at the deadline
      return b.passed(mine) ? static_cast<int>(index) : -1;
    });
  };
  const vocabulary<object, spec> words = {
      {meet, meet, [](object& o, int) { return o.barrier.abort(), 0; },
       [](object& o, int) { return o.barrier.reset(), 0; },
       [](object& o, int) { return o.barrier.broken() ? 1 : 0; }, meet},
      {meet_in_spec, meet_in_spec,
       [](spec& o, int) { return o.barrier.now([](cyclic_barrier& b) { return b.fail(true), 0; }); },
       [](spec& o, int) { return o.barrier.now([](cyclic_barrier& b) { return b.fail(false), 0; }); },
       [](spec& o, int) { return o.barrier.now([](cyclic_barrier& b) { return b.broken ? 1 : 0; }); },
       meet_in_spec}};
  expect_refinement(words, 14, main_thread::helps);
}

TEST(Refinement, Latch) {
  using heddle::model::latch;
  struct object {
    heddle::latch down{2};
    std::atomic<int> left{2};  // nobody counts below zero
  };
  struct spec {
    atomically<latch> down{latch{2}};
    std::atomic<int> left{2};
  };
  const auto count_down = [](object& o, int) {
    if (o.left.fetch_sub(1) <= 0) return -1;
    return o.down.count_down(), 0;
  };
  const auto count_down_spec = [](spec& o, int) {
    if (o.left.fetch_sub(1) <= 0) return -1;
    return o.down.now([](latch& l) { return l.count_down(), 0; });
  };
  const vocabulary<object, spec> words = {
      {[](object& o, int) { return o.down.wait_for(1us) ? 1 : 0; },
       [](object& o, int) { return o.down.try_wait() ? 1 : 0; }, count_down, count_down},
      {[](spec& o, int) {
         return o.down.when_in_time([](const latch& l) { return l.can_wait(); }, [](latch&) {}) ? 1 : 0;
       },
       [](spec& o, int) { return o.down.now([](latch& l) { return l.can_wait() ? 1 : 0; }); },
       count_down_spec, count_down_spec}};
  expect_refinement(words, 15, main_thread::helps);
}

// The thread that is started ends by itself.
TEST(Refinement, Thread) {
  using heddle::model::thread;
  using implementation = heddle::basic_thread<suite::modular>;
  struct object {
    implementation one = implementation::deferred({}, [] {});
  };
  struct spec {
    atomically<thread> one;
    std::thread body;
    spec() = default;
    spec(const spec&) = delete;
    spec& operator=(const spec&) = delete;
    ~spec() {
      if (body.joinable()) body.join();
    }
  };
  const auto start = [](object& o, int) {
    try {
      o.one.start();
      return 1;
    } catch (const heddle::thread_state_error&) {
      return 0;
    }
  };
  const auto join = [](object& o, int) {
    try {
      o.one.join();
      return 1;
    } catch (const heddle::thread_state_error&) {
      return -1;
    }
  };
  const auto start_spec = [](spec& o, int) {
    const bool mine = o.one.now([](thread& t) {
      const bool fresh = t.can_start();
      if (fresh) t.start();
      return fresh;
    });
    if (mine) o.body = std::thread([&o] { o.one.now([](thread& t) { return t.end(), 0; }); });
    return mine ? 1 : 0;
  };
  const auto join_spec = [](spec& o, int) {
    return o.one.when([](const thread& t) { return t.can_join() || t.can_start(); },
                      [](thread& t) { return t.can_join() ? 1 : -1; });
  };
  const vocabulary<object, spec> words = {
      {start, join,
       [](object& o, int) {
         try {
           return o.one.try_join_for(1us) ? 1 : 0;
         } catch (const heddle::thread_state_error&) {
           return -1;
         }
       },
       [](object& o, int) { return o.one.is_alive() ? 1 : 0; }, start},
      {start_spec, join_spec,
       [](spec& o, int) {
         int out = 0;
         o.one.when_in_time([](const thread& t) { return t.can_join() || t.can_start(); },
                            [&](thread& t) { out = t.can_join() ? 1 : -1; });
         return out;
       },
       [](spec& o, int) {
         return o.one.now([](thread& t) { return t.now == thread::phase::running ? 1 : 0; });
       },
       start_spec}};
  expect_refinement(words, 16, main_thread::helps);
}

}  // namespace
