// A host for tests of explorers: each thread is a list of steps, a step makes the next operation from the
// values the thread has got so far. No fibers, no program.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "checker/explore/exhaustive/exhaustive_explorer.hpp"
#include "checker/explore/explorer.hpp"

namespace heddle::test {

using Values = std::vector<kernel::Value>;
using Step = std::function<kernel::Operation(const Values&)>;
using Thread = std::vector<Step>;

inline constexpr kernel::LocationId first_location = 64;  // below: exit locations

inline kernel::Operation load_of(kernel::LocationId x, kernel::Order order) {
  kernel::Operation op;
  op.kind = kernel::OperationKind::load;
  op.order = order;
  op.location = first_location + x;
  return op;
}

inline Step load(kernel::LocationId x, kernel::Order order = kernel::Order::relaxed) {
  return [=](const Values&) { return load_of(x, order); };
}

inline Step store(kernel::LocationId x, kernel::Value value, kernel::Order order = kernel::Order::relaxed) {
  return [=](const Values&) {
    kernel::Operation op = load_of(x, order);
    op.kind = kernel::OperationKind::store;
    op.operand = value;
    return op;
  };
}

// Stores the last value the thread got, plus one.
inline Step store_next(kernel::LocationId x, kernel::Order order = kernel::Order::relaxed) {
  return [=](const Values& got) {
    kernel::Operation op = load_of(x, order);
    op.kind = kernel::OperationKind::store;
    op.operand = got.back() + 1;
    return op;
  };
}

inline Step add(kernel::LocationId x, kernel::Value value, kernel::Order order = kernel::Order::relaxed) {
  return [=](const Values&) {
    kernel::Operation op = load_of(x, order);
    op.kind = kernel::OperationKind::rmw;
    op.update = kernel::update_add<kernel::Value>;
    op.operand = value;
    return op;
  };
}

inline Step fence(kernel::Order order) {
  return [=](const Values&) {
    kernel::Operation op;
    op.kind = kernel::OperationKind::fence;
    op.order = order;
    return op;
  };
}

inline Step choose(kernel::Value alternatives) {
  return [=](const Values&) {
    kernel::Operation op;
    op.kind = kernel::OperationKind::choose;
    op.operand = alternatives;
    return op;
  };
}

inline Step await_equal(kernel::LocationId x, kernel::Value value,
                        kernel::Order order = kernel::Order::acquire) {
  return [=](const Values&) {
    kernel::Operation op = load_of(x, order);
    op.accepts = kernel::accepts_equal;
    op.accepts_argument = value;
    return op;
  };
}

inline Step lock(kernel::LocationId x) {
  return [=](const Values&) {
    kernel::Operation op = load_of(x, kernel::Order::acquire);
    op.kind = kernel::OperationKind::rmw;
    op.update = kernel::update_exchange<kernel::Value>;
    op.operand = 1;
    op.accepts = kernel::accepts_equal;
    op.accepts_argument = 0;
    op.site.object_kind = kernel::ObjectKind::mutex;
    return op;
  };
}

inline Step unlock(kernel::LocationId x) {
  return [=](const Values&) {
    kernel::Operation op = load_of(x, kernel::Order::release);
    op.kind = kernel::OperationKind::store;
    op.operand = 0;
    op.site.object_kind = kernel::ObjectKind::mutex;
    return op;
  };
}

// Thread 0 creates the others, then does its own steps.
class ScriptHost {
 public:
  explicit ScriptHost(std::vector<Thread> threads)
      : threads_(std::move(threads)), like_the_one_before_(threads_.size()) {}

  // Thread t does the same as thread t - 1, which thread 0 creates just before it.
  void is_like_the_one_before(std::size_t t) { like_the_one_before_[t] = true; }

  // The execution is stopped before its operation number `operations`, if it gets so far.
  explore::Ending run(explore::Explorer& explorer, std::size_t operations = ~std::size_t{0}) {
    running_.assign(threads_.size(), {});
    running_[0].to_spawn = threads_.size() - 1;
    explore::Move move{0, {}, true, explore::Ending::none};
    while (move.ending == explore::Ending::none) {
      Running& t = running_[move.thread];
      if (!move.starts) take(t, move.answer);
      prepare(move.thread, t);
      if (operations-- == 0) {
        move.ending = explore::Ending::stopped;
        break;
      }
      move = explorer.arrive(move.thread, t.operation);
    }
    explorer.end_execution(move.ending);
    return move.ending;
  }

  // Everything the threads got in the last execution.
  std::vector<Values> outcome() const {
    std::vector<Values> all;
    for (const Running& t : running_) all.push_back(t.got);
    return all;
  }

 private:
  struct Running {
    std::size_t next = 0;
    std::size_t to_spawn = 0;
    Values got;
    kernel::Operation operation;
  };

  static void take(Running& t, const kernel::Answer& answer) {
    if (t.operation.kind == kernel::OperationKind::spawn) {
      --t.to_spawn;
      return;
    }
    ++t.next;
    if (t.operation.kind != kernel::OperationKind::store &&
        t.operation.kind != kernel::OperationKind::fence) {
      t.got.push_back(answer.value);
    }
  }

  void prepare(kernel::ThreadId id, Running& t) {
    if (t.to_spawn != 0) {
      t.operation = {};
      t.operation.kind = kernel::OperationKind::spawn;
      t.operation.symmetric = like_the_one_before_[threads_.size() - t.to_spawn];
    } else if (t.next < threads_[id].size()) {
      t.operation = threads_[id][t.next](t.got);
    } else {
      t.operation = {};
      t.operation.kind = kernel::OperationKind::exit;
      t.operation.order = kernel::Order::release;
      t.operation.location = id;
      t.operation.operand = 1;
    }
  }

  std::vector<Thread> threads_;
  std::vector<bool> like_the_one_before_;
  std::vector<Running> running_;
};

// Runs a search to its end: `seen(ending)` after each execution, `anew()` when the search begins again and
// what was seen does not count.
template <class Seen, class Anew>
void explore_each(explore::ExhaustiveExplorer& explorer, ScriptHost& host, Seen seen, Anew anew) {
  while (explorer.next_execution()) {
    const explore::Ending ending = host.run(explorer);
    EXPECT_NE(ending, explore::Ending::diverged);
    if (explorer.began_anew()) {
      anew();
    } else {
      seen(ending);
    }
  }
}

}  // namespace heddle::test
