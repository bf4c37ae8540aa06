// Locks, semaphores, events, queues and futures.
#include "tests/primitives/refinement.hpp"

#include <heddle/blocking_queue.hpp>
#include <heddle/concurrent_queue.hpp>
#include <heddle/event.hpp>
#include <heddle/fair_mutex.hpp>
#include <heddle/future.hpp>
#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/unowned_mutex.hpp>
#include <shared_mutex>

#include "primitives/model/locks.hpp"
#include "primitives/model/queues.hpp"
#include "primitives/model/tasks.hpp"
#include "primitives/model/waiting.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace {

using namespace refinement;

// What a lock protects: every thread adds a digit.
template <class Lock>
struct guarded {
  Lock lock;
  int digits = 0;
  int add(int thread) {
    digits = digits * 10 + thread;
    return digits;
  }
};

template <class Lock>
vocabulary<guarded<Lock>, guarded<atomically<heddle::model::mutex>>> words_of_a_mutex() {
  using object = guarded<Lock>;
  using spec = guarded<atomically<heddle::model::mutex>>;
  using heddle::model::mutex;
  return {
      {[](object& o, int t) {
         o.lock.lock();
         const int out = o.add(t);
         o.lock.unlock();
         return out;
       },
       [](object& o, int t) {
         if (!o.lock.try_lock()) return -1;
         const int out = o.add(t);
         o.lock.unlock();
         return out;
       },
       [](object& o, int t) {
         if (!o.lock.try_lock_for(1us)) return -1;
         const int out = o.add(t);
         o.lock.unlock();
         return out;
       },
       [](object& o, int) {
         const std::lock_guard held(o.lock);
         return o.digits;
       }},
      {[](spec& o, int t) {
         o.lock.when([](const mutex& m) { return m.can_lock(); }, [t](mutex& m) { return m.lock(t), 0; });
         const int out = o.add(t);
         o.lock.now([](mutex& m) { return m.unlock(), 0; });
         return out;
       },
       [](spec& o, int t) {
         if (!o.lock.now([t](mutex& m) { return m.try_lock(t); })) return -1;
         const int out = o.add(t);
         o.lock.now([](mutex& m) { return m.unlock(), 0; });
         return out;
       },
       [](spec& o, int t) {
         if (!o.lock.when_in_time([](const mutex& m) { return m.can_lock(); }, [t](mutex& m) { m.lock(t); }))
           return -1;
         const int out = o.add(t);
         o.lock.now([](mutex& m) { return m.unlock(), 0; });
         return out;
       },
       [](spec& o, int t) {
         o.lock.when([](const mutex& m) { return m.can_lock(); }, [t](mutex& m) { return m.lock(t), 0; });
         const int out = o.digits;
         o.lock.now([](mutex& m) { return m.unlock(), 0; });
         return out;
       }}};
}

TEST(Refinement, Mutex) {
  expect_refinement(words_of_a_mutex<heddle::mutex>(), 1, main_thread::looks_at_the_end);
}
TEST(Refinement, UnownedMutex) {
  expect_refinement(words_of_a_mutex<heddle::unowned_mutex>(), 2, main_thread::looks_at_the_end);
}
TEST(Refinement, RecursiveMutex) {
  expect_refinement(words_of_a_mutex<heddle::recursive_mutex>(), 3, main_thread::looks_at_the_end);
}

TEST(Refinement, FairMutex) {
  expect_refinement(words_of_a_mutex<heddle::basic_fair_mutex<suite::modular>>(), 10,
                    main_thread::looks_at_the_end);
}

TEST(Refinement, SharedMutex) {
  using object = guarded<heddle::shared_mutex>;
  using spec = guarded<atomically<heddle::model::shared_mutex>>;
  using heddle::model::shared_mutex;
  const vocabulary<object, spec> words = {
      {[](object& o, int t) {
         const std::lock_guard held(o.lock);
         return o.add(t);
       },
       [](object& o, int) {
         const std::shared_lock held(o.lock);
         return o.digits;
       },
       [](object& o, int) {
         const std::shared_lock held(o.lock);
         return o.digits;
       }},
      {[](spec& o, int t) {
         o.lock.when([](const shared_mutex& m) { return m.can_lock(); },
                     [t](shared_mutex& m) { return m.lock(t), 0; });
         const int out = o.add(t);
         o.lock.now([](shared_mutex& m) { return m.unlock(), 0; });
         return out;
       },
       [](spec& o, int) {
         o.lock.when([](const shared_mutex& m) { return m.can_lock_shared(); },
                     [](shared_mutex& m) { return m.lock_shared(), 0; });
         const int out = o.digits;
         o.lock.now([](shared_mutex& m) { return m.unlock_shared(), 0; });
         return out;
       },
       [](spec& o, int) {
         o.lock.when([](const shared_mutex& m) { return m.can_lock_shared(); },
                     [](shared_mutex& m) { return m.lock_shared(), 0; });
         const int out = o.digits;
         o.lock.now([](shared_mutex& m) { return m.unlock_shared(), 0; });
         return out;
       }}};
  expect_refinement(words, 4, main_thread::looks_at_the_end);
}

TEST(Refinement, CountingSemaphore) {
  struct object {
    heddle::counting_semaphore<> permits{1};
  };
  struct spec {
    atomically<heddle::model::semaphore> permits{heddle::model::semaphore{1}};
  };
  using heddle::model::semaphore;
  const vocabulary<object, spec> words = {
      {[](object& o, int) { return o.permits.acquire(), 0; },
       [](object& o, int) { return o.permits.try_acquire() ? 1 : 0; },
       [](object& o, int) { return o.permits.try_acquire_for(1us) ? 1 : 0; },
       [](object& o, int) { return o.permits.release(), 0; },
       [](object& o, int) { return o.permits.release(3), 0; }},
      {[](spec& o, int) {
         return o.permits.when([](const semaphore& s) { return s.can_acquire(); },
                               [](semaphore& s) { return s.acquire(), 0; });
       },
       [](spec& o, int) { return o.permits.now([](semaphore& s) { return s.try_acquire() ? 1 : 0; }); },
       [](spec& o, int) {
         const bool got = o.permits.when_in_time([](const semaphore& s) { return s.can_acquire(); },
                                                 [](semaphore& s) { s.acquire(); });
         return got ? 1 : 0;
       },
       [](spec& o, int) { return o.permits.now([](semaphore& s) { return s.release() ? 0 : -1; }); },
       [](spec& o, int) { return o.permits.now([](semaphore& s) { return s.release(3) ? 0 : -1; }); }}};
  expect_refinement(words, 5, main_thread::helps);
}

TEST(Refinement, BoundedSemaphore) {
  struct object {
    heddle::bounded_semaphore permits{1};
  };
  struct spec {
    atomically<heddle::model::semaphore> permits{heddle::model::semaphore{1, 1}};
  };
  using heddle::model::semaphore;
  const auto release = [](object& o, int) {
    try {
      o.permits.release();
      return 0;
    } catch (const heddle::over_release&) {
      return -1;
    }
  };
  const auto release_spec = [](spec& o, int) {
    return o.permits.now([](semaphore& s) { return s.release() ? 0 : -1; });
  };
  const vocabulary<object, spec> words = {
      {[](object& o, int) { return o.permits.try_acquire() ? 1 : 0; },
       [](object& o, int) { return o.permits.try_acquire_for(1us) ? 1 : 0; }, release, release},
      {[](spec& o, int) { return o.permits.now([](semaphore& s) { return s.try_acquire() ? 1 : 0; }); },
       [](spec& o, int) {
         const bool got = o.permits.when_in_time([](const semaphore& s) { return s.can_acquire(); },
                                                 [](semaphore& s) { s.acquire(); });
         return got ? 1 : 0;
       },
       release_spec, release_spec}};
  expect_refinement(words, 11, main_thread::helps);
}

TEST(Refinement, Event) {
  struct object {
    heddle::event flag;
  };
  struct spec {
    atomically<heddle::model::event> flag;
  };
  using heddle::model::event;
  const vocabulary<object, spec> words = {
      {[](object& o, int) { return o.flag.wait_for(1us) ? 1 : 0; },
       [](object& o, int) { return o.flag.is_set() ? 1 : 0; },
       [](object& o, int) { return o.flag.reset(), 0; }, [](object& o, int) { return o.flag.set(), 0; },
       [](object& o, int) { return o.flag.set(), 0; }},
      {[](spec& o, int) {
         const std::size_t before = o.flag.now([](event& e) { return e.sets; });
         const bool set =
             o.flag.when_in_time([before](const event& e) { return e.can_wait(before); }, [](event&) {});
         return set ? 1 : 0;
       },
       [](spec& o, int) { return o.flag.now([](event& e) { return e.flag ? 1 : 0; }); },
       [](spec& o, int) { return o.flag.now([](event& e) { return e.reset(), 0; }); },
       [](spec& o, int) { return o.flag.now([](event& e) { return e.set(), 0; }); },
       [](spec& o, int) { return o.flag.now([](event& e) { return e.set(), 0; }); }}};
  expect_refinement(words, 6, main_thread::helps);
}

TEST(Refinement, AutoResetEvent) {
  struct object {
    heddle::auto_reset_event signal;
  };
  struct spec {
    atomically<heddle::model::auto_reset_event> signal;
  };
  using heddle::model::auto_reset_event;
  const vocabulary<object, spec> words = {
      {[](object& o, int) { return o.signal.wait_for(1us) ? 1 : 0; },
       [](object& o, int) { return o.signal.try_wait() ? 1 : 0; },
       [](object& o, int) { return o.signal.set(), 0; }, [](object& o, int) { return o.signal.set(), 0; }},
      {[](spec& o, int) {
         const bool got = o.signal.when_in_time([](const auto_reset_event& e) { return e.can_wait(); },
                                                [](auto_reset_event& e) { e.wait(); });
         return got ? 1 : 0;
       },
       [](spec& o, int) { return o.signal.now([](auto_reset_event& e) { return e.try_wait() ? 1 : 0; }); },
       [](spec& o, int) { return o.signal.now([](auto_reset_event& e) { return e.set(), 0; }); },
       [](spec& o, int) { return o.signal.now([](auto_reset_event& e) { return e.set(), 0; }); }}};
  expect_refinement(words, 7, main_thread::helps);
}

TEST(Refinement, BlockingQueue) {
  struct object {
    heddle::basic_blocking_queue<int, heddle::fifo_order<int>, suite::modular> queue{1};
  };
  struct spec {
    atomically<heddle::model::queue> queue{heddle::model::queue{{}, 1, 0, false}};
  };
  using heddle::model::queue;
  const vocabulary<object, spec> words = {
      {[](object& o, int t) { return o.queue.push(t).has_value() ? 1 : 0; },
       [](object& o, int t) { return o.queue.try_push(t).has_value() ? 1 : 0; },
       [](object& o, int) {
         const auto got = o.queue.pop();
         return got ? *got : -1;
       },
       [](object& o, int) {
         const auto got = o.queue.try_pop();
         return got ? *got : -1;
       },
       [](object& o, int) { return o.queue.close(), 0; }},
      {[](spec& o, int t) {
         return o.queue.when([](const queue& q) { return q.can_push(); },
                             [t](queue& q) { return q.push(t) ? 1 : 0; });
       },
       [](spec& o, int t) { return o.queue.now([t](queue& q) { return q.try_push(t) ? 1 : 0; }); },
       [](spec& o, int) {
         return o.queue.when([](const queue& q) { return q.can_pop(); },
                             [](queue& q) { return q.pop().value_or(-1); });
       },
       [](spec& o, int) { return o.queue.now([](queue& q) { return q.try_pop().value_or(-1); }); },
       [](spec& o, int) { return o.queue.now([](queue& q) { return q.close(), 0; }); }}};
  expect_refinement(words, 8, main_thread::helps);
}

TEST(Refinement, ConcurrentQueue) {
  struct object {
    heddle::basic_concurrent_queue<int, suite::modular> queue;
  };
  struct spec {
    atomically<heddle::model::queue> queue;
  };
  using heddle::model::queue;
  const vocabulary<object, spec> words = {
      {[](object& o, int t) { return o.queue.push(t), 0; },
       [](object& o, int) { return o.queue.try_pop().value_or(-1); },
       [](object& o, int) { return o.queue.pop_for(1us).value_or(-1); },
       [](object& o, int) { return o.queue.empty() ? 1 : 0; },
       [](object& o, int t) { return o.queue.push(t), 0; }},
      {[](spec& o, int t) { return o.queue.now([t](queue& q) { return q.push(t), 0; }); },
       [](spec& o, int) { return o.queue.now([](queue& q) { return q.try_pop().value_or(-1); }); },
       [](spec& o, int) {
         int got = -1;
         o.queue.when_in_time([](const queue& q) { return q.can_pop(); }, [&](queue& q) { got = *q.pop(); });
         return got;
       },
       [](spec& o, int) { return o.queue.now([](queue& q) { return q.items.empty() ? 1 : 0; }); },
       [](spec& o, int t) { return o.queue.now([t](queue& q) { return q.push(t), 0; }); }}};
  expect_refinement(words, 12, main_thread::helps);
}

TEST(Refinement, Future) {
  struct object {
    heddle::basic_promise<int, suite::modular> promise;
    heddle::basic_future<int, suite::modular> future = promise.get_future();
  };
  struct spec {
    atomically<heddle::model::future> future;
  };
  using heddle::model::future;
  const auto set = [](object& o, int t) {
    try {
      o.promise.set_value(t);
      return 1;
    } catch (const heddle::future_error&) {
      return 0;
    }
  };
  const vocabulary<object, spec> words = {
      {set, [](object& o, int) { return o.future.cancel() ? 1 : 0; },
       [](object& o, int) {
         try {
           return o.future.get();
         } catch (const heddle::future_error&) {
           return -1;
         }
       },
       [](object& o, int) { return o.future.is_done() ? 1 : 0; }, set},
      {[](spec& o, int t) { return o.future.now([t](future& f) { return f.set(t) ? 1 : 0; }); },
       [](spec& o, int) { return o.future.now([](future& f) { return f.cancel() ? 1 : 0; }); },
       [](spec& o, int) {
         return o.future.when([](const future& f) { return f.can_get(); },
                              [](future& f) { return f.now == future::state::finished ? f.value : -1; });
       },
       [](spec& o, int) { return o.future.now([](future& f) { return f.is_done() ? 1 : 0; }); },
       [](spec& o, int t) { return o.future.now([t](future& f) { return f.set(t) ? 1 : 0; }); }}};
  expect_refinement(words, 9, main_thread::helps);
}

}  // namespace
