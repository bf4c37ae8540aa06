// Rings, timers and the event scheduler.
#include <atomic>
#include <chrono>
#include <heddle/event_scheduler.hpp>
#include <heddle/mpmc_ring.hpp>
#include <heddle/spsc_ring.hpp>
#include <heddle/timer.hpp>
#include <optional>
#include <thread>

#include "primitives/model/queues.hpp"
#include "primitives/model/tasks.hpp"
#include "tests/primitives/refinement.hpp"
#include "tests/primitives/suite/modular.hpp"

namespace {

using namespace refinement;

template <class Ring>
int push(Ring& ring, int value) {
  return ring.try_push(value) ? 1 : 0;
}
template <class Ring>
int pop(Ring& ring, int /*thread*/) {
  return ring.try_pop().value_or(0);
}
// What is left, in its order, when the others have ended.
template <class Ring>
int pop_all(Ring& ring, int /*thread*/) {
  int digits = 0;
  const auto next = [&ring] {
    if constexpr (requires { ring.try_pop_last(); }) {
      return ring.try_pop_last();
    } else {
      return ring.try_pop();
    }
  };
  while (const auto got = next()) digits = digits * 10 + *got;
  return digits;
}

// The first thread pushes, the second pops: `Count` times.
template <class Ring, int Count>
int take_turns(Ring& ring, int thread) {
  int digits = 0;
  for (int i = 1; i <= Count; ++i) digits = digits * 10 + (thread == 1 ? push(ring, i) : pop(ring, thread));
  return digits;
}

TEST(Refinement, SpscRing) {
  using heddle::model::pair_ring;
  using ring = heddle::spsc_ring<int, 2>;
  struct spec {
    atomically<pair_ring> model{pair_ring(2)};

    static std::size_t some(std::size_t of) {
      return static_cast<std::size_t>(heddle::nondet(static_cast<int>(of) + 1));
    }
    bool try_push(int value) {
      return model.now([value](pair_ring& r) { return r.try_push(value, some(r.free_unseen())); });
    }
    std::optional<int> try_pop() {
      return model.now([](pair_ring& r) { return r.try_pop(some(r.items_unseen())); });
    }
    // With nobody else.
    std::optional<int> try_pop_last() {
      return model.now([](pair_ring& r) { return r.try_pop(r.items_unseen()); });
    }
  };
  const vocabulary<ring, spec> words = {
      {take_turns<ring, 1>, take_turns<ring, 2>, take_turns<ring, 3>, pop_all<ring>},
      {take_turns<spec, 1>, take_turns<spec, 2>, take_turns<spec, 3>, pop_all<spec>}};
  expect_refinement(words, 17, main_thread::looks_at_the_end);
}

TEST(Refinement, MpmcRing) {
  using ring = heddle::mpmc_ring<int, 2, std::uint8_t>;
  struct spec {
    using model_type = heddle::model::ring;
    atomically<model_type> model{model_type(2)};

    bool try_push(int value) {
      const auto at = model.now([](model_type& r) { return r.begin_push(); });
      if (at) model.now([&](model_type& r) { return r.end_push(*at, value), 0; });
      return at.has_value();
    }
    std::optional<int> try_pop() {
      const auto at = model.now([](model_type& r) { return r.begin_pop(); });
      if (!at) return std::nullopt;
      return model.now([&](model_type& r) { return r.end_pop(*at); });
    }
  };
  const vocabulary<ring, spec> words = {{push<ring>, pop<ring>, pop_all<ring>},
                                        {push<spec>, pop<spec>, pop_all<spec>}};
  expect_refinement(words, 18, main_thread::looks_at_the_end);
}

TEST(Refinement, Timer) {
  using heddle::model::timer;
  struct object {
    std::atomic<int> calls{0};
    heddle::basic_timer<suite::modular> one{1us, [this] { ++calls; }};
    object() { one.start(); }
  };
  struct spec {
    std::atomic<int> calls{0};
    atomically<timer> one;
    std::thread clock{[this] {
      if (!one.now([](timer& t) { return t.fire(); })) return;
      ++calls;
      one.now([](timer& t) { return t.end(), 0; });
    }};
    ~spec() { clock.join(); }

    int cancel() {
      return one.now([](timer& t) { return t.cancel() ? 1 : 0; });
    }
    int cancel_and_wait() {
      const int never = cancel();
      return one.when([](const timer& t) { return t.now != timer::phase::firing; },
                      [never](timer&) { return never; });
    }
  };
  const vocabulary<object, spec> words = {{[](object& o, int) { return o.one.cancel() ? 1 : 0; },
                                           [](object& o, int) { return o.one.fired() ? 1 : 0; },
                                           [](object& o, int) {
                                             const bool never = o.one.cancel_and_wait();
                                             return (never ? 1 : 0) + 10 * o.calls.load();
                                           },
                                           [](object& o, int) { return o.calls.load(); }},
                                          {[](spec& o, int) { return o.cancel(); },
                                           [](spec& o, int) {
                                             return o.one.now([](timer& t) {
                                               return t.now == timer::phase::firing ||
                                                      t.now == timer::phase::fired;
                                             })
                                                        ? 1
                                                        : 0;
                                           },
                                           [](spec& o, int) {
                                             const int never = o.cancel_and_wait();
                                             return never + 10 * o.calls.load();
                                           },
                                           [](spec& o, int) { return o.calls.load(); }}};
  expect_refinement(words, 19, main_thread::helps);
}

// All events are due, at the same time; each adds its priority to what the thread that runs it has run.
thread_local int run_by_this_thread = 0;

TEST(Refinement, EventScheduler) {
  using heddle::model::event_scheduler;
  struct object {
    using scheduler = heddle::basic_event_scheduler<suite::modular>;
    scheduler events;
    scheduler::event_id first = enter(5);

    scheduler::event_id enter(int priority) {
      return events.enter_at(std::chrono::steady_clock::time_point(), priority,
                             [priority] { run_by_this_thread = run_by_this_thread * 10 + priority; });
    }
    int run() {
      run_by_this_thread = 0;
      static_cast<void>(events.run_ready());
      return run_by_this_thread;
    }
  };
  struct spec {
    atomically<event_scheduler> events;
    event_scheduler::event first = enter(5);

    event_scheduler::event enter(int priority) {
      return events.now([priority](event_scheduler& e) { return e.enter(0, priority); });
    }
    int run() {
      int digits = 0;
      while (const int next =
                 events.now([](event_scheduler& e) { return e.can_run(0) ? std::get<1>(e.run()) : 0; }))
        digits = digits * 10 + next;
      return digits;
    }
  };
  const vocabulary<object, spec> words = {
      {[](object& o, int t) { return o.enter(t), 0; }, [](object& o, int t) { return o.enter(t + 6), 0; },
       [](object& o, int) { return o.events.cancel(o.first) ? 1 : 0; },
       [](object& o, int) { return o.run(); }, [](object& o, int) { return o.run(); }},
      {[](spec& o, int t) { return o.enter(t), 0; }, [](spec& o, int t) { return o.enter(t + 6), 0; },
       [](spec& o, int) {
         return o.events.now([&](event_scheduler& e) { return e.cancel(o.first) ? 1 : 0; });
       },
       [](spec& o, int) { return o.run(); }, [](spec& o, int) { return o.run(); }}};
  expect_refinement(words, 20, main_thread::looks_at_the_end);
}

}  // namespace
