// What one operation costs in the explorers, without a program: random mode under both models, and exhaustive
// mode, where nearly all events are repeated ones.
#include <benchmark/benchmark.h>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/random/random_explorer.hpp"
#include "checker/explore/random/random_walk.hpp"
#include "checker/models/rc11.hpp"
#include "checker/models/sc.hpp"

namespace heddle::explore {
namespace {

using kernel::Operation;
using kernel::OperationKind;
using kernel::Order;
using kernel::ThreadId;

constexpr ThreadId workers_max = 6;
constexpr kernel::LocationId first_exit = 100;

Operation operation(OperationKind kind, kernel::LocationId location, Order order, kernel::Value operand = 0) {
  Operation op;
  op.kind = kind;
  op.location = location;
  op.order = order;
  op.operand = operand;
  return op;
}

// Two threads store to their own location and load the other's, over and over; the first one waits for ever.
struct Orders {
  Order load;
  Order store;
};
template <class Model>
void random_operation(benchmark::State& state, Orders orders) {
  constexpr unsigned operations_of_an_execution = 1000;
  Model model;
  RandomWalk strategy(1);
  RandomExplorer explorer(model, strategy, {});
  Operation pending[3];
  unsigned done[3] = {};
  Move move;
  unsigned left = 0;
  for (auto _ : state) {
    if (left-- == 0) {
      if (explorer.counts().operations != 0 || move.thread != kernel::no_thread) {
        explorer.end_execution(Ending::cut);
      }
      explorer.next_execution();
      for (unsigned& count : done) count = 0;
      move = {0, {}, true, Ending::none};
      left = operations_of_an_execution;
    }
    const ThreadId t = move.thread;
    const unsigned nth = done[t]++;
    if (t == 0) {
      pending[0] = operation(OperationKind::spawn, 0, Order::release);
      if (nth >= 2) {
        pending[0] = operation(OperationKind::load, first_exit, Order::acquire);
        pending[0].accepts = kernel::accepts_different;
      }
    } else if (nth % 2 == 0) {
      pending[t] = operation(OperationKind::store, t, orders.store, nth);
    } else {
      pending[t] = operation(OperationKind::load, 3 - t, orders.load);
    }
    move = explorer.arrive(t, pending[t]);
  }
  state.SetItemsProcessed(state.iterations());
}
void random_sc(benchmark::State& state) {
  random_operation<models::SequentialConsistency>(state, {Order::seq_cst, Order::seq_cst});
}
BENCHMARK(random_sc);
void random_rc11_relaxed(benchmark::State& state) {
  random_operation<models::Rc11>(state, {Order::relaxed, Order::relaxed});
}
BENCHMARK(random_rc11_relaxed);
void random_rc11_acquire_release(benchmark::State& state) {
  random_operation<models::Rc11>(state, {Order::acquire, Order::release});
}
BENCHMARK(random_rc11_acquire_release);

// Threads that load and store one location, every execution of them: (N!)². Items are events, of which all
// but the last few of an execution are repeated.
void exhaustive_events(benchmark::State& state) {
  const auto workers = static_cast<ThreadId>(state.range(0));
  std::int64_t events = 0;
  std::int64_t executions = 0;
  for (auto _ : state) {
    models::Rc11 model;
    ExhaustiveExplorer explorer(model, {});
    Operation pending[workers_max + 1];
    while (explorer.next_execution()) {
      unsigned done[workers_max + 1] = {};
      Move move{0, {}, true, Ending::none};
      while (move.ending == Ending::none) {
        const ThreadId t = move.thread;
        const unsigned nth = done[t]++;
        Operation& op = pending[t];
        if (t == 0) {
          op = operation(nth < workers ? OperationKind::spawn : OperationKind::finish, 0, Order::release);
        } else if (nth == 0) {
          op = operation(OperationKind::load, 1, Order::relaxed);
        } else if (nth == 1) {
          op = operation(OperationKind::store, 1, Order::relaxed, t);
        } else {
          op = operation(OperationKind::exit, first_exit + t, Order::release, 1);
        }
        move = explorer.arrive(t, op);
      }
      explorer.end_execution(move.ending);
    }
    events += static_cast<std::int64_t>(explorer.counts().operations);
    executions += static_cast<std::int64_t>(explorer.counts().complete);
  }
  state.SetItemsProcessed(events);
  state.counters["executions"] =
      benchmark::Counter(static_cast<double>(executions), benchmark::Counter::kIsRate);
}
BENCHMARK(exhaustive_events)->Arg(4)->Arg(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace heddle::explore
