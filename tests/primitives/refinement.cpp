// Level 1, the primitive with its atomics and futexes, refines level 2, where every operation is one step of
// the sequential object of primitives/model: random client programs have the same outcomes on both, as two
// exhaustive searches show.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <heddle/blocking_queue.hpp>
#include <heddle/event.hpp>
#include <heddle/future.hpp>
#include <heddle/gtest.hpp>
#include <heddle/mutex.hpp>
#include <heddle/recursive_mutex.hpp>
#include <heddle/semaphore.hpp>
#include <heddle/shared_mutex.hpp>
#include <heddle/unowned_mutex.hpp>
#include <mutex>
#include <random>
#include <set>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "primitives/model/locks.hpp"
#include "primitives/model/queues.hpp"
#include "primitives/model/tasks.hpp"
#include "primitives/model/waiting.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace {

using namespace std::chrono_literals;

// A sequential object whose operations are atomic, and wait for their guards.
template <class Model>
class atomically {
 public:
  explicit atomically(Model initial = {}) : model_(std::move(initial)) {}

  template <class Guard, class Effect>
  auto when(Guard guard, Effect effect) {
    std::unique_lock held(lock_);
    changed_.wait(held, [&] { return guard(model_); });
    const auto result = effect(model_);
    changed_.notify_all();
    return result;
  }
  // Nothing: the guard did not come true in time.
  template <class Guard, class Effect>
  bool when_in_time(Guard guard, Effect effect) {
    std::unique_lock held(lock_);
    if (!changed_.wait_for(held, 1us, [&] { return guard(model_); })) return false;
    effect(model_);
    changed_.notify_all();
    return true;
  }
  template <class Effect>
  auto now(Effect effect) {
    return when([](const Model&) { return true; }, effect);
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  Model model_;
};

// One operation on an object, by a thread: what it returned, as a number.
template <class Object>
using operation = int (*)(Object&, int thread);

template <class Object>
struct client {
  std::vector<std::vector<operation<Object>>> threads;
  operation<Object> last;  // by the main thread
  bool before_the_join;    // so that everybody gets what he waits for
};

// The texts of all outcomes: what every operation of every thread returned.
template <class Object>
std::set<std::string> outcomes(const client<Object>& program) {
  heddle::CheckOptions options;
  options.strategy = heddle::Strategy::exhaustive;
  options.budget = 20s;
  const heddle::CheckResult result = heddle::check(
      [&] {
        Object object;
        std::string results[3];
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < program.threads.size(); ++t) {
          threads.emplace_back([&, t] {
            for (const auto run : program.threads[t])
              results[t] += std::to_string(run(object, static_cast<int>(t) + 1)) + " ";
          });
        }
        int last = 0;
        if (program.before_the_join) last = program.last(object, 0);
        for (std::thread& thread : threads) thread.join();
        if (!program.before_the_join) last = program.last(object, 0);
        heddle::observe(results[0] + "| " + results[1] + "| " + results[2] + "| " + std::to_string(last));
      },
      options);
  EXPECT_EQ(result.verdict, heddle::Verdict::verified) << result.report();
  std::set<std::string> texts;
  for (const heddle::Outcome& outcome : result.outcomes) texts.insert(outcome.text);
  return texts;
}

// The operations that a client may use, on both levels in the same order; the last one is for the main
// thread.
template <class Implementation, class Specification>
struct vocabulary {
  std::vector<operation<Implementation>> implementation;
  std::vector<operation<Specification>> specification;
};

enum class main_thread { looks_at_the_end, helps };

// Clients of two threads with three operations.
template <class Implementation, class Specification>
void expect_refinement(const vocabulary<Implementation, Specification>& words, unsigned seed,
                       main_thread role) {
  ASSERT_EQ(words.implementation.size(), words.specification.size());
  std::mt19937 random(seed);
  const std::size_t last = words.implementation.size() - 1;
  for (int program = 0; program < 12; ++program) {
    client<Implementation> one{{}, words.implementation[last], role == main_thread::helps};
    client<Specification> two{{}, words.specification[last], role == main_thread::helps};
    std::string names;
    const std::size_t longer = 1 + random() % 2;
    for (const std::size_t length : {longer, std::size_t{1}}) {
      one.threads.emplace_back();
      two.threads.emplace_back();
      for (std::size_t i = 0; i < length; ++i) {
        const std::size_t word = random() % last;
        one.threads.back().push_back(words.implementation[word]);
        two.threads.back().push_back(words.specification[word]);
        names += std::to_string(word) + " ";
      }
      names += "| ";
    }
    const std::set<std::string> expected = outcomes(two);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(outcomes(one), expected) << "program " << names << "seed " << seed;
    if (testing::Test::HasFailure()) return;
  }
}

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
